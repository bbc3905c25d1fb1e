"""Texts that would run, fetch or draw something if a page forgot to escape them.

Each calls `xss()`, asks for /xss-probe, or makes an element with data-xss; the pages must show them as text.
"""

PROBE = "/xss-probe"
PAYLOADS = (
    "<script data-xss>xss()</script>",
    "</script><script data-xss>xss()</script>",
    "</title><script data-xss>xss()</script>",
    "</textarea><script data-xss>xss()</script>",
    "</option></select><img data-xss src=x onerror=xss()>",
    "<img data-xss src=x onerror=xss()>",
    f"<img data-xss src={PROBE}>",
    "<svg data-xss onload=xss()>",
    "<svg><animate data-xss onbegin=xss() attributeName=x dur=1s>",
    "<svg><script data-xss>xss()</script></svg>",
    "<details data-xss open ontoggle=xss()>",
    "<input data-xss autofocus onfocus=xss()>",
    "<iframe data-xss srcdoc='<script>parent.xss()</script>'></iframe>",
    f"<iframe data-xss src={PROBE}></iframe>",
    "<a data-xss href='javascript:xss()'>查看</a>",
    "javascript:xss()",
    '" onmouseover="xss()" data-xss="',
    "' autofocus onfocus='xss()' data-xss='",
    '"><b data-xss>',
    "'><b data-xss>",
    "--><b data-xss>",
    "]]><b data-xss>",
    "{{ request.user }}{% debug %}<b data-xss>",
    "${xss()}`-xss()-`",
    "&lt;script data-xss&gt;xss()&lt;/script&gt;",
    "&#60;img data-xss src=x onerror=xss()&#62;",
    "<math><mtext><table><mglyph><style><!--</style><img data-xss src=x onerror=xss()>",
    "<noscript><p title='</noscript><img data-xss src=x onerror=xss()>'>",
    f"<style data-xss>@import '{PROBE}';</style>",
    f"<b data-xss style=background:url({PROBE})>",
    f"<div data-xss hx-get={PROBE} hx-trigger=load>",
    "<div data-xss hx-on:load=xss()>",
    "<b data-xss data-copy=x data-show-only=all hx-on::load=xss()>",
    "\u202e<b data-xss>\u202c",
    "\uff1cscript data-xss\uff1exss()\uff1c/script\uff1e",
    "<\u0000img data-xss src=x onerror=xss()>".replace("\u0000", "\ufeff"),
    "%3Cscript%20data-xss%3Exss()%3C/script%3E",
    "1;window.location='javascript:xss()'//",
)
SHORT = tuple(payload for payload in PAYLOADS if len(payload) <= 40)
