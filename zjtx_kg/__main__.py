"""``python -m zjtx_kg`` is ``zjtx``."""

from zjtx_kg.cli import main

main()
