"""python -m itsm.runtime VERB …: what ./desk continues with inside .venv."""

import sys
from pathlib import Path

from itsm.runtime import commands
from itsm.runtime.failure import Failure


def main() -> int:
    """The exit code of the verb; a Failure is one sentence on standard error."""
    try:
        return commands.run(Path(__file__).resolve().parents[2], sys.argv[1:])
    except Failure as failure:
        print(f"desk: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
