"""Whether this is the compiled build of the package or its pure Python, which do the same."""

from virtubar.room import member


def is_compiled() -> bool:
    """Whether the way of a message is compiled."""
    return not member.__file__.endswith(".py")


def build_kind() -> str:
    """What to call the build."""
    return "compiled" if is_compiled() else "pure Python"
