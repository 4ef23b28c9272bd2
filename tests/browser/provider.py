"""A small OpenID Connect provider: real HTTP, signed tokens, one form that asks for an address.

`python -m tests.browser.provider PORT`. Whoever types an address is taken for its owner, unless it begins
with `unverified`; what a token says beside that can be forged in the form's field `claims`, as JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "artml", "a secret between the two"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
FORM = """<!doctype html><title>Sign in</title><form method="post">
<label>Address <input name="address"></label><label>Claims <input name="claims"></label>
<button>Go</button></form>"""


def provider(issuer: str) -> Starlette:
    """The provider that calls itself by this address."""
    codes: dict[str, dict[str, Any]] = {}

    async def configuration(_request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def authorize(request: Request) -> Response:
        asked = request.query_params
        if request.method == "GET":
            return HTMLResponse(FORM)
        form = await request.form()
        code = secrets.token_urlsafe()
        codes[code] = {"asked": asked, "address": form["address"], "claims": form["claims"]}
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def token(request: Request) -> Response:
        form = await request.form()
        known = codes.pop(str(form["code"]), None)
        if known is None or not _is_client(request) or not _proves(known["asked"], form.get("code_verifier")):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": issuer,
            "aud": CLIENT,
            "sub": known["address"],
            "iat": now,
            "exp": now + 300,
            "nonce": known["asked"].get("nonce"),
            "email": known["address"],
            "email_verified": not known["address"].startswith("unverified"),
            **json.loads(known["claims"] or "{}"),
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)
        return JSONResponse(
            {"access_token": "none", "token_type": "Bearer", "expires_in": 300, "id_token": signed}
        )

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", configuration),
            Route("/keys", keys),
            Route("/authorize", authorize, methods=["GET", "POST"]),
            Route("/token", token, methods=["POST"]),
        ]
    )


def _is_client(request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    return scheme.lower() == "basic" and base64.b64decode(given) in (
        base64.b64decode(expected),
        f"{CLIENT}:{SECRET.replace(' ', '+')}".encode(),
    )


def _proves(asked: Any, verifier: Any) -> bool:
    """Whether whoever brings the code is who asked for it (PKCE)."""
    digest = hashlib.sha256(str(verifier).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge")


if __name__ == "__main__":
    port = int(sys.argv[1])
    uvicorn.run(provider(f"http://127.0.0.1:{port}"), port=port, log_level="warning")
