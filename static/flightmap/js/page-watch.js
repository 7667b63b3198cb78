// A classic script, so that it works where the page's modules do not: says when a script does not arrive or does not
// run, and when the connection is gone. Its words stand hidden in base.html.
{
  const SETTLING = 1500; // ms in which a page that had an error may still come up
  const say = (name, shown) => {
    const notice = document.querySelector(`[data-watch-${name}]`);
    if (notice) notice.hidden = !shown;
  };
  const whenParsed = (act) => (document.readyState === "loading" ? addEventListener("DOMContentLoaded", act, { once: true }) : act());

  addEventListener("error", ({ target, error }) => {
    // A warning of the browser itself (an observer of sizes that ran twice) carries no error.
    if (!(target instanceof HTMLScriptElement) && !error) return;
    whenParsed(() => setTimeout(() => {
      if (document.documentElement.dataset.ready !== undefined) return;
      document.querySelector("[data-waiting]")?.setAttribute("data-waiting", "failed");
      say("failed", true);
    }, SETTLING));
  }, true);

  const connection = () => whenParsed(() => say("offline", !navigator.onLine));
  addEventListener("online", connection);
  addEventListener("offline", connection);
  connection();
}
