"""Work in processes of their own, several at a time: what one of them does, or dies of, is nothing to the others."""

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from roadside.errors import RoadsideError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """Word from a process at work: how far it has come."""

    done: float


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """What a piece of work gave."""

    result: Result


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a piece of work gave nothing: one line for what the user can put right, a traceback for what is ours."""

    reason: str


Work = Callable[[Any, Callable[[float], None]], Result]
"""Takes its argument and what to call with its progress; importable by name, for the process is a fresh one."""


def in_processes(
    work: Work[Result], arguments: Sequence[Any], jobs: int, on_progress: Callable[[int, float], None]
) -> list[Done[Result] | Failed]:
    """Does a piece of work for every argument, each in a fresh process, and returns what came of them in their order.

    Args:
        work: what to do.
        arguments: one for each piece; they and the results must be picklable.
        jobs: how many at a time.
        on_progress: called with a piece's place and how far it has come, from several threads.
    """

    def one(place: int) -> Done[Result] | Failed:
        return _in_process(work, arguments[place], lambda done: on_progress(place, done))

    with ThreadPoolExecutor(jobs, thread_name_prefix="own process") as waiting:
        return list(waiting.map(one, range(len(arguments))))


def _in_process(work: Work[Result], argument: Any, on_progress: Callable[[float], None]) -> Done[Result] | Failed:
    """Does one piece of work in a fresh process (``spawn``: a forked one would share locks held by our threads)."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work_and_tell, args=(work, argument, theirs), daemon=True)
    process.start()
    theirs.close()  # so that reading ends when the process does
    try:
        while True:
            word: Progress | Done[Result] | Failed = ours.recv()
            if not isinstance(word, Progress):
                return word
            on_progress(word.done)
    except (EOFError, OSError):  # it ended before it said how it went, or in the middle of that
        process.join()
        return Failed(f"its process died with exit code {process.exitcode}")
    finally:
        process.join()
        ours.close()


def _work_and_tell(work: Work[Result], argument: Any, connection: Connection) -> None:
    """What the process does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    word: Done[Result] | Failed
    try:
        word = Done(work(argument, lambda done: connection.send(Progress(done))))
    except RoadsideError as error:
        word = Failed(str(error))
    except Exception:  # a mistake of ours: it is told with its traceback, and is nothing to the other pieces
        word = Failed(traceback.format_exc().rstrip())
    connection.send(word)
