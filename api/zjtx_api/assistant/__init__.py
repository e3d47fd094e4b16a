"""Tools for assistants: the reasoner over the Model Context Protocol, on standard input and output.

``zjtx mcp`` starts it; :class:`Assistant` answers without the protocol, for programs and tests.

>>> from zjtx_kg import load
>>> found = Assistant(load()).call("find_policy", {"words": "2026 小巨人", "lang": "en"})
>>> found.content["policies"][0]["id"]
'miit-2026-2'
"""

from zjtx_api.assistant.assistant import Assistant
from zjtx_api.assistant.reply import Reply, refused

__all__ = ["Assistant", "Reply", "refused"]
