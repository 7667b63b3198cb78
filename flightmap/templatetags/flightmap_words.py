"""Words for scripts: the forms of a phrase by number, for every plural category of the page's language."""

from __future__ import annotations

import json

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# A number of each category that Intl.PluralRules may name for a whole number, by the rules of CLDR. Russian has
# "other" for fractions only; scripts fall back to it, so it says what "many" says.
_EXAMPLES = {
    "en": {"one": 1, "other": 2},
    "ko": {"other": 2},
    "ru": {"one": 1, "few": 2, "many": 5, "other": 5},
}


class PluralsNode(template.Node):
    """What stands in `{% plurals %}`, once for each category."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        """A JSON object of the rendered forms by category, safe in a script element."""
        language = (get_language() or "en").partition("-")[0]
        forms = {}
        for category, number in _EXAMPLES.get(language, _EXAMPLES["en"]).items():
            with context.push(n=number):
                forms[category] = self.nodelist.render(context).strip()
        text = json.dumps(forms, ensure_ascii=False).replace("<", "\\u003c")
        return mark_safe(text)  # noqa: S308 - our own words as JSON, "<" escaped


@register.tag
def plurals(parser: Parser, token: Token) -> PluralsNode:
    """`{% plurals %}{% blocktranslate count n=n %}{n} gap{% plural %}{n} gaps{% endblocktranslate %}{% endplurals %}`.

    In a JSON block of words: becomes `{"one": "{n} gap", "other": "{n} gaps"}`, in Russian with "few" and "many".
    """
    nodelist = parser.parse(("endplurals",))
    parser.delete_first_token()
    return PluralsNode(nodelist)
