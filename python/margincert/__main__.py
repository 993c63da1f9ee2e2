"""The command `margincert`."""

import signal
import sys

from . import _core


def main() -> int:
    """Runs the command with the arguments of the process; the command itself says what Ctrl-C does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.command(["margincert", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
