"""``zjtx ontology``: checks for rule authors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from zjtx_kg.cli import agree, classify, options
from zjtx_kg.cli.output import print_json, rules, show, write_file
from zjtx_kg.errors import InputError
from zjtx_kg.owl.check import CheckResult, check_ontology, format_file, turtle_files
from zjtx_kg.report.ledger import DOCUMENTS
from zjtx_kg.resources import ontology_directory
from zjtx_kg.rulebase.ledger import Ledger, ledger
from zjtx_kg.texts import say

__all__ = ["app"]

app = typer.Typer(
    help="检查与整理规则文件 / check and format the rule files", no_args_is_help=True, rich_markup_mode=None
)


app.command("agree")(agree.agree)
app.command("classify")(classify.classify)


@app.callback()
def _root() -> None:
    pass


def _directory(ontology: Path | None) -> Path:
    root = ontology_directory() if ontology is None else ontology.resolve()
    if not root.is_dir():
        raise InputError("no_directory", path=root)
    return root


@app.command("check")
def check(
    reasoner: Annotated[
        bool, typer.Option("--reasoner", help="另由 HermiT 检验可满足性 / also ask HermiT what can be met")
    ] = False,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """检查规则文件；发现问题时退出码为 1 / check the rule files; exit status 1 where problems are found."""
    results = list(check_ontology(_directory(ontology), reasoner=reasoner))
    if json:
        print_json(
            [
                {
                    "check": result.check,
                    "title": result.title(lang.value),
                    "passed": result.passed,
                    "issues": [issue.to_dict(lang.value) for issue in result.issues],
                }
                for result in results
            ]
        )
    else:
        show(_view(results, lang.value))
    if not all(result.passed for result in results):
        raise typer.Exit(1)


def _view(results: list[CheckResult], lang: str) -> RenderableType:
    parts: list[RenderableType] = []
    for result in results:
        mark, style = ("✓", "green") if result.passed else ("✗", "red")
        count = f" ({len(result.issues)})" if result.issues else ""
        parts.append(Text.assemble((f"{mark} ", style), result.title(lang), (count, "dim")))
        noted = Counter(issue.message for issue in result.issues if issue.severity == "info")
        for message, times in noted.items():
            parts.append(Text(f"    {say('check.noted', lang, count=times)} {message(lang)}", style="dim"))
        for issue in (one for one in result.issues if one.severity != "info"):
            parts.append(Text(f"    {issue.place}", style="bold"))
            if issue.found:
                parts.append(Text(f"      {issue.found}", style="dim"))
            parts.append(Text(f"      {issue.message(lang)}"))
    return Group(*parts)


@app.command("format")
def format_(
    check_only: Annotated[
        bool, typer.Option("--check", help="只检查，不写入 / check only, write nothing")
    ] = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """把规则文件整理为规范写法 / rewrite the rule files in canonical form."""
    root = _directory(ontology)
    changed = []
    for path in turtle_files(root):
        wanted = format_file(path, root)
        if path.read_text(encoding="utf-8") != wanted:
            changed.append(path.relative_to(root).as_posix())
            if not check_only:
                path.write_text(wanted, encoding="utf-8")
    for name in changed:
        typer.echo(name)
    if check_only and changed:
        typer.echo(say("check.not_canonical", lang.value), err=True)
        raise typer.Exit(1)


@app.command("ledger")
def ledger_(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="写入此目录 / write into this directory")
    ] = None,
    check_only: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="DIR", help="只核对此目录 / compare with this directory, write nothing"
        ),
    ] = None,
    json: options.AsJson = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """生成条款台账与歧义清单 / write the ledger of clauses and the list of ambiguities."""
    found = ledger(None if ontology is None else _directory(ontology))
    if json:
        print_json(_rows(found))
        return
    texts = {name: make(found) for name, make in DOCUMENTS.items()}
    for name, text in texts.items():
        if out is not None:
            write_file(out / name, text, force=True)
        elif check_only is None:
            typer.echo(text, nl=False)
    if check_only is not None:
        stale = [path for name, text in texts.items() if _read(path := check_only / name) != text]
        for path in stale:
            typer.echo(say("ledger.stale", lang.value, path=path, directory=check_only), err=True)
        if stale:
            raise typer.Exit(1)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _rows(found: Ledger) -> list[dict[str, object]]:
    return [
        {
            "clause": entry.clause.id,
            "document": entry.clause.document,
            "attestation": entry.clause.attestation,
            "carried_by": entry.carried_by,
            "parts": entry.parts,
            "unmapped": None if entry.clause.unmapped is None else entry.clause.unmapped.zh,
        }
        for entry in found.entries
    ]


@app.command("view")
def view(
    check_only: Annotated[
        bool, typer.Option("--check", help="只检查，不写入 / check only, write nothing")
    ] = False,
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """由规则生成 OWL 视图、目录、JSON-LD 上下文与 VoID / generate the OWL view and what goes with it."""
    from zjtx_kg.owl.publishing import generated

    root = _directory(ontology)
    stale = {
        root / name: text
        for name, text in generated(rules(ontology), root).items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if check_only:
            typer.echo(f"{path.name}: {say('check.stale_view', lang.value)}", err=True)
        else:
            write_file(path, text, force=True)
            typer.echo(say("ui.written", lang.value, path=path))
    if check_only and stale:
        raise typer.Exit(1)


@app.command("docs")
def docs(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="写入的目录 / directory to write to")],
    lang: options.Lang = options.LangOption.zh,
    ontology: options.Ontology = None,
) -> None:
    """词汇与规则的中英文网页 / pages of terms and rules in Chinese and English."""
    from zjtx_kg.report.pages import pages

    root = _directory(ontology)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("cannot_write", path=out, reason=error.strerror) from error
    for name, text in pages(rules(ontology), root).items():
        write_file(out / name, text, force=True)
    typer.echo(say("ui.written", lang.value, path=out))
