"""Template tags for ES modules: the import map and preloads."""

from __future__ import annotations

import json

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from flightmap.static_files import import_map as build_import_map
from flightmap.static_files import modules_of

register = template.Library()


@register.simple_tag(takes_context=True)
def import_map(context: template.Context) -> SafeString:
    """`<script type="importmap">` with the request's nonce; stands before the first module script."""
    # "<" never stands in a static address, but an address is data: escape it as JSON allows.
    text = json.dumps(build_import_map(), separators=(",", ":")).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context["request"].csp_nonce,
        mark_safe(text),  # noqa: S308 - our own JSON, "<" escaped
    )


@register.simple_tag
def module_preload(*names: str) -> SafeString:
    """`<link rel="modulepreload">` for modules of ours ("corridor-page.js") and all that they import.

    Without them the browser would ask for an import only after it has read the module that names it.
    """
    imports = build_import_map()["imports"]
    modules = dict.fromkeys(module for name in names for module in modules_of(name))
    addresses = [
        imports.get(name)
        or imports.get(f"{settings.STATIC_URL}flightmap/js/{name}", f"{settings.STATIC_URL}flightmap/js/{name}")
        for name in modules
    ]
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', ((a,) for a in addresses))


@register.simple_tag
def modules_later(name: str, page: str) -> str:
    """Names of a module that a page imports at first use and of all that it imports, without those the page has.

    The page asks for them by these names at once; otherwise it would learn of each only from the one that names it.
    """
    there = modules_of(page)
    return " ".join(module for module in modules_of(name) if module not in there)


@register.simple_tag(takes_context=True)
def module_script(context: template.Context, name: str) -> SafeString:
    """`<script type="module">` for one of our modules."""
    imports = build_import_map()["imports"]
    plain = f"{settings.STATIC_URL}flightmap/js/{name}"
    return format_html(
        '<script type="module" src="{}" nonce="{}"></script>', imports.get(plain, plain), context["request"].csp_nonce
    )
