"""The one error of this package."""


class DemandError(ValueError):
    """Demand that cannot be computed as asked; the message names the block, what was found and what to do."""
