"""The command line as a user types it."""

import pytest

from roadside.cli import app, main


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Returns exit code, standard output and standard error of a command line."""
    with pytest.raises(SystemExit) as ended:
        main(lambda: app([str(word) for word in words]))
    printed = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0 if code is None else 1), printed.out, printed.err
