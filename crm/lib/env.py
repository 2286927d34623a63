"""Secrets of an installation: from the environment in production, made once and kept in var/ for the embedded default."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Secrets:
    """Django's secret key, the ring of data keys (first one encrypts, all decrypt) and the key of the blind indexes."""

    secret_key: str
    data_keys: tuple[tuple[str, bytes], ...]
    index_key: bytes


def parse_data_keys(text: str) -> tuple[tuple[str, bytes], ...]:
    """Read `name:base64,name:base64`, each key of 32 bytes; raises ImproperlyConfigured naming the key that is not."""
    ring = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, encoded = part.partition(":")
        key = base64.b64decode(encoded)
        if len(key) != 32 or not name.isalnum():
            raise ImproperlyConfigured(f"CRM_DATA_KEYS: key '{name}' is not 32 bytes in base64")
        ring.append((name, key))
    if not ring:
        raise ImproperlyConfigured("CRM_DATA_KEYS is empty")
    return tuple(ring)


def production_secrets(env: environ.Env) -> Secrets:
    """Secrets from the environment; refuses to start when one is missing, short or a sample value."""
    secret_key = env.str("SECRET_KEY", default="")
    if len(secret_key) < 50 or "change-me" in secret_key:
        raise ImproperlyConfigured("SECRET_KEY must be set to at least 50 random characters in production")
    index_key = env.str("CRM_INDEX_KEY", default="")
    if len(index_key) < 43 or "change-me" in index_key:
        raise ImproperlyConfigured("CRM_INDEX_KEY must be set to 32 random bytes in base64 in production")
    return Secrets(secret_key, parse_data_keys(env.str("CRM_DATA_KEYS", default="")), base64.b64decode(index_key))


def secrets_for(var_dir: Path, env: environ.Env) -> Secrets:
    """Secrets of the embedded default: made at first use, readable by the owner only. Two processes starting at once
    agree, because the file is created exclusively and complete."""
    path = var_dir / "secrets.json"
    if not path.exists():
        made = {
            "secret_key": secrets.token_urlsafe(64),
            "data_keys": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_name(f"secrets.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)  # fails where another process was first: theirs counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = json.loads(path.read_text())
    return Secrets(
        env.str("SECRET_KEY", default=kept["secret_key"]),
        parse_data_keys(env.str("CRM_DATA_KEYS", default=kept["data_keys"])),
        base64.b64decode(env.str("CRM_INDEX_KEY", default=kept["index_key"])),
    )
