"""moto keeps one state for all the servers of a process: what a module needs, it makes on an empty one."""

from urllib.request import Request, urlopen


def reset(url: str) -> None:
    """Forget everything that moto was told, by whichever server."""
    urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()
