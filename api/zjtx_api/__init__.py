"""The reasoning service: the command line's answers over HTTP, for programs.

``zjtx serve`` starts it; :func:`create_app` builds it for a server of your own.
"""

from zjtx_api.app import create_app
from zjtx_api.operation import Answer, Call, operation
from zjtx_api.settings import Settings

__all__ = ["Answer", "Call", "Settings", "create_app", "operation"]
