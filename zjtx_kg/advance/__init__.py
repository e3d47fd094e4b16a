"""The least change that lets a company in, the path over the ladder, the next question.

The package is also the function :func:`zjtx_kg.advance.advancement.advance`: both have the name that users
expect, and the solver is loaded when it is called.

>>> from datetime import date
>>> from zjtx_kg import Profile, advance
>>> company = Profile.from_dict({"facts": {"market_years": 9}})
>>> advance(company, to="priority-little-giant", as_of=date(2026, 6, 1)).target
'priority-little-giant'
"""

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        from zjtx_kg.advance.advancement import advance

        return advance(*args, **options)


sys.modules[__name__].__class__ = _Package
