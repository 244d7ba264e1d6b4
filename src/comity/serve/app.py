"""The application: a desk, the routes over it, and the fence around them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from comity import __version__
from comity.errors import ComityError
from comity.serve import conditional, fence, problems
from comity.serve.description import Description
from comity.serve.desk import Desk
from comity.serve.packing import packed
from comity.serve.routes import (
    agreements,
    api,
    api_acts,
    api_intelligence,
    api_questions,
    binds,
    claims,
    consultations,
    dates,
    feed,
    home,
    inbox,
    intelligence,
    intelligence_import,
    intelligence_recall,
    intelligence_release,
    intelligence_said,
    intelligence_warning,
    ledger,
    may,
    own_agreements,
    people,
    picture,
    signing,
    taxii,
    work,
)
from comity.serve.taxii import Exchange
from comity.serve.visit import visit

ROUTES: list[ControllerRouterHandler] = [
    *home.ROUTES, *people.ROUTES, *binds.ROUTES, *may.ROUTES, *agreements.ROUTES, *own_agreements.ROUTES,
    *inbox.ROUTES, *signing.ROUTES, *work.ROUTES, *ledger.ROUTES, *picture.ROUTES, *claims.ROUTES,
    *consultations.ROUTES,
    *intelligence.ROUTES, *intelligence_import.ROUTES, *intelligence_release.ROUTES, *intelligence_recall.ROUTES,
    *intelligence_warning.ROUTES, *intelligence_said.ROUTES, *api_intelligence.ROUTES,
    *api.ROUTES,
    *api_questions.ROUTES, *api_acts.ROUTES, *dates.ROUTES, *feed.ROUTES, *taxii.ROUTES,
]  # fmt: skip
STATIC = Path(str(files("comity.serve"))) / "static"


def application(desk: Desk) -> Litestar:
    """The pages and the API over a desk."""
    made = Litestar(
        route_handlers=[*ROUTES, create_static_files_router("/static", [STATIC], name="static")],
        state=State({"desk": desk, "exchange": Exchange(desk)}),
        dependencies={
            "visit": Provide(visit, sync_to_thread=False),
            "how": Provide(api_acts.writing, sync_to_thread=False),
        },
        middleware=[fence.fenced, packed, conditional.unchanged],
        before_send=[fence.with_headers],
        exception_handlers={
            ComityError: problems.named,
            HTTPException: problems.of_http,
            UnicodeDecodeError: problems.unreadable,
            RecursionError: problems.unreadable,
            Exception: problems.unnamed,
        },
        openapi_config=OpenAPIConfig(
            title="Comity",
            version=__version__,
            description="What was promised, what partners permit, whose yes is missing, and what changes with it.",
            path="/api",
            use_handler_docstrings=True,
            render_plugins=[Description()],
        ),
        logging_config=None,
        request_max_body_size=4_000_000,
    )
    _with_all_methods(made)
    made.asgi_handler = conditional.headed(made.asgi_handler)  # before any route is looked for
    return made


def _with_all_methods(made: Litestar) -> None:
    """Let OPTIONS tell every method of an address: Litestar's own tells those of the handler that came there first."""
    for route in made.routes:
        if isinstance(route, HTTPRoute):
            handler, _ = route.route_handler_map[HttpMethod.OPTIONS]
            if handler.fn.__module__ == HTTPRoute.__module__:
                handler(route.create_options_handler(route.path).fn)
