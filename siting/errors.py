"""What can go wrong for a planner, each with its exit code."""

from collections.abc import Sequence


class SitingError(Exception):
    """Base of every error that a planner can mend."""

    exit_code = 3


class StudyError(SitingError, ValueError):
    """A study, plan or catalogue file, or a layer it names, that cannot be used.

    Parameters
    ----------
    source
        The file.
    faults
        One sentence per fault; all faults of a file are reported together.
    """

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        lines = (
            [f"{source}: {self.faults[0]}"]
            if len(self.faults) == 1
            else [f"{source}:", *(f"  - {fault}" for fault in self.faults)]
        )
        super().__init__("\n".join(lines))


class OptionError(SitingError, ValueError):
    """An option of a command that is missing, or that nothing can be done with."""

    exit_code = 2


class RunFolderError(SitingError, ValueError):
    """A run folder that is missing, incomplete or not one."""


class NoAnswerError(SitingError, RuntimeError):
    """A run that ended without an answer; says which limits conflict, or what stopped it.

    Parameters
    ----------
    message
        What happened, in the planner's words.
    exit_code
        4 when the study is infeasible, 6 when no answer was found in time, 130 when interrupted.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
