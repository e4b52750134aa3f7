"""Runs the Python example of the sandbox's README with Authlib, against a sandbox."""

import sys
from pathlib import Path

import requests

from browser import browser, session

readme, address, version = sys.argv[1:]
text = Path(readme).read_text(encoding="utf-8")
section = text.split("\n## Sign in from your app\n")[1].split("\n## ")[0]
example = section.split("```python\n")[1].split("```")[0]
assert "http://127.0.0.1:8478" in example, "the example names no sandbox"
scope = {"browser": browser}

exec(compile(example.replace("http://127.0.0.1:8478", address), readme, "exec"), scope)

claims, user = scope["claims"], scope["user"]
assert claims["iss"] == address and claims["sub"] == user["sub"], (claims, user)
assert user["preferred_username"] == "operator", user
tokens, renewed = scope["tokens"], scope["renewed"]
assert renewed["access_token"] != tokens["access_token"], "nothing was refreshed"
assert scope["sign_out"] == "http://localhost:3000/?state=bye", scope["sign_out"]
silent = session.get(scope["url"] + "&prompt=none", allow_redirects=False).headers["location"]
assert "error=login_required" in silent, silent

# A rotated key is found in the key set, and so is one of another algorithm.
requests.post(address + "/sandbox/keys/rotate").raise_for_status()
assert scope["verified"].header["alg"] == "RS256", scope["verified"].header
client = {
    "id": scope["client"].client_id, "secret": scope["client"].client_secret,
    "redirectUri": "http://localhost:3000/callback",
    "postLogoutRedirectUris": ["http://localhost:3000/"], "idTokenSignedResponseAlg": "ES256",
}
requests.post(address + "/sandbox/clients/oidc", json=client).raise_for_status()
exec(compile(example.replace("http://127.0.0.1:8478", address), readme, "exec"), scope)
assert scope["verified"].header["alg"] == "ES256", scope["verified"].header
print(f"Authlib {version} signs in, refreshes and signs out")
