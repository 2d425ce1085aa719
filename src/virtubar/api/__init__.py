"""The HTTP API and the page: one Litestar application, composed from parts it is handed."""

from virtubar.api.app import create_api
from virtubar.api.parts import ApiParts

__all__ = ["ApiParts", "create_api"]
