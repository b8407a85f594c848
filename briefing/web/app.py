"""The pages as one ASGI application."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from briefing import app
from briefing.pipeline.services import Services


def create_app(services: Services) -> Starlette:
    """The home page with the newest house edition, and `/health` for whoever watches over the installation."""
    renderer = app.renderer(services.config)

    def latest() -> Response:
        with services.store.read() as db:
            editions = db.editions.latest(None)
        if not editions:
            return PlainTextResponse(f"{services.config.briefing.title}: there is no edition yet.")
        imprint = services.config.briefing.imprint
        return HTMLResponse(renderer.html(editions[0], services.links, None, imprint=imprint))

    async def home(request: Request) -> Response:
        return await run_in_threadpool(latest)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/", home), Route("/health", health)])
