"""The style sheet of the pages."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root { color-scheme: light dark; --dim: #6b6b6b; --line: #d9d9d9; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --dim: #a0a0a0; --line: #444; --link: #7db7f0; } }
body { font: 16px/1.6 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; }
header, main, footer { max-width: 54rem; margin: 0 auto; padding: .6rem 1.2rem; }
header { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line); }
footer { border-top: 1px solid var(--line); margin-top: 2rem; }
footer a { margin-left: 1rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 1.6rem; line-height: 1.35; margin: .2rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
h3 small { font-weight: normal; }
p { margin: .2rem 0; }
.lead { font-size: 1.05rem; margin: .6rem 0; }
.dim { color: var(--dim); }
code { font-size: .85rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
th, td { border-top: 1px solid var(--line); }
th { font-weight: normal; width: 11rem; color: var(--dim); }
th a { color: inherit; }
td table { margin: 0 0 .5rem; }
td th { width: 8rem; }
ol, ul { margin: .2rem 0; padding-left: 1.5rem; }
article:target { outline: 2px solid var(--link); outline-offset: .4rem; }
.unmet, .not_eligible { color: #b3261e; }
.met, .eligible { color: #1b6e3c; }
@media (prefers-color-scheme: dark) {
  .unmet, .not_eligible { color: #f2938c; }
  .met, .eligible { color: #7fd3a0; }
}
"""
