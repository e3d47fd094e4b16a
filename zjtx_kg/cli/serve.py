"""``zjtx serve``: the reasoning service; ``zjtx keys``: who may use it."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zjtx_kg.cli import options
from zjtx_kg.cli.output import print_json
from zjtx_kg.texts import say

if TYPE_CHECKING:
    from zjtx_api.keys import Keys

__all__ = ["keys", "serve"]

Store = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="ZJTX_STORE",
        help="企业与密钥的目录 / companies and keys (default: the user's data directory)",
    ),
]


def serve(
    host: Annotated[str, typer.Option("--host", help="监听地址 / address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口 / port")] = 8000,
    store: Store = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="进程数 / processes")] = 1,
    require_key: Annotated[
        bool,
        typer.Option(
            "--require-key", help="本机请求也须密钥（在代理之后） / a key also on loopback (behind a proxy)"
        ),
    ] = False,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host", metavar="NAME", help="可接受的主机名，可重复 / accepted host name; repeatable"
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate", min=0, help="每个密钥每秒请求数，0 为不限 / requests per second and key, 0: no limit"
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, help="一次请求的秒数 / seconds for one request")
    ] = 30.0,
    header_limit: Annotated[
        float,
        typer.Option("--header-limit", min=0.1, help="请求头的秒数 / seconds for the head of a request"),
    ] = 10.0,
    shutdown_limit: Annotated[
        int, typer.Option("--shutdown-limit", min=0, help="停止时等待的秒数 / seconds to finish when stopped")
    ] = 30,
    max_body: Annotated[
        int, typer.Option("--max-body", min=1024, help="请求体字节上限 / largest body in bytes")
    ] = 4 * 1024 * 1024,
    ontology: options.Ontology = None,
    lang: options.Lang = options.LangOption.zh,
) -> None:
    """启动推理服务 / serve the reasoner over HTTP."""
    from zjtx_api.server import run  # the web stack, for this command only
    from zjtx_api.settings import Settings, default_store

    settings = Settings(
        host=host,
        port=port,
        workers=workers,
        store=str(store.resolve()) if store else default_store(),
        ontology=str(ontology) if ontology else None,
        require_key=require_key,
        allowed_hosts=tuple(name.lower() for name in allowed_host or ()),
        time_limit=time_limit,
        header_limit=header_limit,
        shutdown_limit=shutdown_limit,
        max_body=max_body,
    )
    if rate is None:
        rate = 0.0 if settings.open else 100.0
    if sys.stderr.isatty():
        name = f"[{host}]" if ":" in host else host
        typer.echo(say("ui.http.serving", lang.value, url=f"http://{name}:{port}"), err=True)
    run(Settings(**{**{f: getattr(settings, f) for f in settings.__struct_fields__}, "rate": rate}))


class RoleOption(enum.StrEnum):
    read = "read"
    write = "write"
    admin = "admin"


keys = typer.Typer(no_args_is_help=True, help="服务的密钥 / keys of the service")


@keys.command("new")
def new(
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="租户 / tenant")],
    role: Annotated[RoleOption, typer.Option("--role", help="角色 / role")] = RoleOption.read,
    label: Annotated[str, typer.Option("--label", help="备注 / note")] = "",
    store: Store = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
) -> None:
    """新建密钥，只显示这一次 / make a key; it is shown this once."""
    from zjtx_api.keys import Role

    key, made = _keys(store).create(tenant, Role(role.value), label)
    if json:
        print_json({"key": key, "id": made.id, "tenant": made.tenant, "role": made.role})
        return
    typer.echo(key)
    typer.echo(say("ui.http.key_made", lang.value, id=made.id, tenant=made.tenant, role=made.role), err=True)


@keys.command("list")
def list_(
    store: Store = None, json: options.AsJson = False, lang: options.Lang = options.LangOption.zh
) -> None:
    """列出密钥（不含密钥本身） / list keys, never the keys themselves."""
    from rich.table import Table

    from zjtx_kg.cli.output import show

    found = _keys(store).listed()
    columns = ("id", "tenant", "role", "label", "created", "revoked")
    if json:
        print_json({"keys": [{name: getattr(key, name) for name in columns} for key in found]})
        return
    table = Table(box=None)
    for name in columns:
        table.add_column(say(f"ui.http.{name}", lang.value), overflow="fold")
    for key in found:
        table.add_row(*((getattr(key, name) or "")[:19] for name in columns))
    show(table)


@keys.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号 / id of the key")],
    store: Store = None,
    lang: options.Lang = options.LangOption.zh,
) -> None:
    """停用密钥，立即生效 / refuse a key from now on."""
    _keys(store).revoke(id)
    typer.echo(say("ui.http.key_revoked", lang.value, id=id), err=True)


def _keys(store: Path | None) -> Keys:
    from zjtx_api.database import prepare
    from zjtx_api.keys import Keys
    from zjtx_api.settings import default_store

    directory = str(store.resolve()) if store else default_store()
    prepare(directory)
    return Keys(directory)
