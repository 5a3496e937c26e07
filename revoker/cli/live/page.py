"""From the evidence page of the API to the live page: the same page, a bar on top, and one script. Pure."""

import re
from dataclasses import dataclass

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?')
# Inside an attribute, the template engine writes quotes as &#39;.
_STYLE = re.compile(r"style-src (?:&#39;|')(sha256-[A-Za-z0-9+/=]+)")
_BAR = """<aside class="live" aria-label="Live page">
<p role="status" id="live-status">Live.</p>
<p id="live-read"></p>
<button type="button" id="live-pause">Pause</button>
</aside>
"""
_HEAD = """<link rel="stylesheet" href="live.css">
<script src="live.js" defer></script>
"""


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page, and the policy that it is served under."""

    text: str
    policy: str


def live(evidence: str) -> LivePage:
    """Return the live page; its policy allows our own script and style, and the style that the page brought.

    The page's own policy forbids every script, and a document obeys all its policies: so that one comes out.
    """
    allowed = "".join(f" '{digest}'" for policy in _POLICY.findall(evidence) for digest in _STYLE.findall(policy))
    text = _POLICY.sub("", evidence, count=1)
    text = text.replace("</head>", f"{_HEAD}</head>", 1).replace("<header>", f"{_BAR}<header>", 1)
    rules = ("default-src 'none'", "script-src 'self'", "connect-src 'self'", f"style-src 'self'{allowed}")
    return LivePage(text, "; ".join([*rules, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]))
