"""Assets and checks of a script, in one folder: the script, and a `defs.yaml` beside it.

The script runs on Deno, Bun or Node, or is a bash script. It runs in the root of the project, where
relative paths in it and in its permissions start.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any, Literal

import dagster as dg
from jinja2 import StrictUndefined, Template

from .whole_line_reader import PipesWholeLineMessageReader

Runtime = Literal["deno", "bun", "node", "bash"]
Results = Generator[dg.MaterializeResult | dg.AssetCheckResult, None, None]

HOW_TO_INSTALL: dict[str, str] = {
    "deno": "`npm install --global deno`, or see https://docs.deno.com",
    "bun": "`npm install --global bun`, or see https://bun.com/docs",
    "node": "version 22.18 or later, see https://nodejs.org",
    "bash": "it comes with your operating system's packages",
}

# The launcher comes with the package that the scripts import.
LAUNCHER = Path("node_modules/.bin/dagsterpipes")

# How long a script may take to end after a cancel. The launcher kills it after 15 seconds.
CANCEL_SECONDS = 20
POLL_SECONDS = 0.1

# The longest headline of a failure.
MAX_HEADLINE = 2000

TEMPLATE = """\
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => {
  pipes.log.info(`Making ${pipes.assetKey}`);
  pipes.reportAssetMaterialization({ metadata: { rows: 0 } });
});
"""


class DenoPermissions(dg.Model, dg.Resolvable):
    """The permissions of a script on Deno: a list for each kind, or `true` for everything.

    `imports` lists the hosts of modules; Deno calls it `import`.
    """

    read: list[str] | bool = False
    write: list[str] | bool = False
    net: list[str] | bool = False
    env: list[str] | bool = False
    run: list[str] | bool = False
    sys: list[str] | bool = False
    ffi: list[str] | bool = False
    imports: list[str] | bool = False

    def flags(self, own: dict[str, list[str]]) -> list[str]:
        """Returns Deno's flags, with the permissions that Pipes needs."""
        # Only installed packages of npm. By default, Deno loads modules from a few hosts without a
        # permission.
        flags = ["--node-modules-dir=manual", *([] if self.imports else ["--no-remote"])]
        for field, allowed in self:
            name = "import" if field == "imports" else field
            values = [*own.get(name, []), *([] if isinstance(allowed, bool) else allowed)]
            if allowed is True:
                flags.append(f"--allow-{name}")
            elif values:
                flags.append(f"--allow-{name}={','.join(values)}")
        return flags


def _resolve_env(context: dg.ResolutionContext, env: dict[str, str]) -> dict[str, str]:
    # By default, Dagster turns the text "1.10" into the number 1.1.
    render = {name: Template(text, undefined=StrictUndefined) for name, text in env.items()}
    return {name: template.render(**context.scope) for name, template in render.items()}


def _resolve_extras(context: dg.ResolutionContext, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _resolve_extras(context, field) for name, field in value.items()}
    if isinstance(value, list):
        return [_resolve_extras(context, item) for item in value]
    is_template = isinstance(value, str) and "{{" in value
    return context.resolve_value(value) if is_template else value


class Execution(dg.Model, dg.Resolvable):
    """How a script runs."""

    path: str
    runtime: Runtime = "deno"
    permissions: DenoPermissions = DenoPermissions()
    env: Annotated[dict[str, str], dg.Resolver(_resolve_env, model_field_type=dict[str, str])] = {}
    extras: Annotated[
        dict[str, Any], dg.Resolver(_resolve_extras, model_field_type=dict[str, Any])
    ] = {}
    # Reports to Dagster why a script was killed.
    supervise: bool = True

    def flags(self, session: dg.PipesSession) -> list[str]:
        """Returns the runtime's arguments before the script."""
        if self.runtime != "deno":
            return []
        context, messages = session.context_injector_params, session.message_reader_params
        folder = str(_temporary_folder(session))
        own = {
            "env": ["DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES", *self.env],
            "read": [context["path"], folder],
            # Under the launcher, only the launcher writes to Dagster's file.
            "write": [folder, *([] if self.supervise else [messages["path"]])],
        }
        return ["run", "--no-prompt", *self.permissions.flags(own)]

    def launcher(self, script: Path, root: Path) -> list[str]:
        """Returns the command of the launcher, which goes before the one of the script."""
        if not self.supervise:
            return []
        launcher = root / LAUNCHER
        if not launcher.exists():
            raise dg.Failure(
                f"Cannot find the launcher {launcher}: run `npm install` in {root}, or set "
                f"`supervise: false` in {script.parent / 'defs.yaml'}"
            )
        # bash cannot run the launcher; any runtime can.
        names = ["node", "bun", "deno"] if self.runtime == "bash" else [self.runtime]
        name = next((name for name in names if shutil.which(name)), names[0])
        runtime = [_program(name, script), *(["run", "-A"] if name == "deno" else [])]
        # The output of a bash script becomes log messages.
        options = ["--log", "stdout=INFO,stderr=WARNING"] if self.runtime == "bash" else []
        return [*runtime, str(launcher), "supervise", *options, "--"]


class ScriptMessageReader(PipesWholeLineMessageReader):
    """Keeps the exception of a script for the headline of the failure."""

    exception: str | None = None

    def handle_message(self, message: dict, handler: dg.PipesMessageHandler) -> None:
        super().handle_message(message, handler)
        if message["method"] == "closed" and "exception" in (message["params"] or {}):
            self.exception = message["params"]["exception"]["message"]


def _temporary_folder(session: dg.PipesSession) -> Path:
    """Returns a folder for a script and its launcher, which the session removes at its end."""
    folder = Path(session.message_reader_params["path"]).parent / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def _program(name: str, script: Path) -> str:
    path = shutil.which(name)
    if path is None:
        raise dg.Failure(
            f"Cannot find `{name}`, which {script.name} runs on. Install it "
            f"({HOW_TO_INSTALL[name]}), and add it to the PATH of Dagster's processes"
        )
    return path


@dg.resource
def end_of_step():
    """Runs callbacks when a step ends, for any reason.

    If a cancel arrives while Dagster stores a result, Dagster ends the step without resuming the
    function that yielded the result, and its script would run on.
    """
    with contextlib.ExitStack() as stack:
        yield stack


class ScaffoldParams(dg.Model):
    runtime: Runtime = "deno"


class TypeScriptScaffolder(dg.Scaffolder[ScaffoldParams]):
    """Writes `defs.yaml` and a script that makes one asset."""

    @classmethod
    def get_scaffold_params(cls) -> type[ScaffoldParams]:
        return ScaffoldParams

    def scaffold(self, request: dg.ScaffoldRequest[ScaffoldParams]) -> None:
        name, runtime = request.target_path.name, request.params.runtime
        script = request.target_path / (f"{name}.sh" if runtime == "bash" else f"{name}.ts")
        kinds = [runtime] if runtime == "bash" else ["typescript", runtime]
        attributes = {
            "execution": {"path": script.name, "runtime": runtime},
            "assets": [{"key": name, "kinds": kinds}],
        }
        dg.scaffold_component(request, attributes)
        script.write_text(f'echo "Making {name}"\n' if runtime == "bash" else TEMPLATE)


@dg.scaffold_with(TypeScriptScaffolder)
class TypeScriptComponent(dg.Component, dg.Model, dg.Resolvable):
    """A script in TypeScript or bash, and the assets and checks that it reports.

    dg scaffold defs takes --runtime deno|bun|node|bash for the script that it writes.
    """

    execution: Execution
    assets: list[dg.ResolvedAssetSpec] = []
    checks: list[dg.ResolvedAssetCheckSpec] = []

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        script, root = context.path / self.execution.path, context.project_root
        self._refuse_what_cannot_run(script)
        resources = {
            "resource_defs": {"end_of_step": end_of_step},
            "required_resource_keys": {"end_of_step"},
        }
        if not self.assets:
            name = "__".join(check.get_python_identifier() for check in self.checks)

            @dg.multi_asset_check(name=name, specs=self.checks, **resources)
            def run_checks(context: dg.AssetCheckExecutionContext):
                yield from self._run(context.op_execution_context, script, root)

            return dg.Definitions(asset_checks=[run_checks])

        name = "__".join(asset.key.to_python_identifier() for asset in self.assets)

        @dg.multi_asset(name=name, specs=self.assets, check_specs=self.checks, **resources)
        def run_assets(context: dg.AssetExecutionContext):
            yield from self._run(context, script, root)

        return dg.Definitions(assets=[run_assets])

    def _refuse_what_cannot_run(self, script: Path) -> None:
        where = script.parent / "defs.yaml"
        if not script.is_file():
            raise dg.DagsterInvalidDefinitionError(
                f"Cannot find the script {script}, which {where} names at execution.path"
            )
        if self.execution.runtime != "deno" and self.execution.permissions != DenoPermissions():
            raise dg.DagsterInvalidDefinitionError(
                f"{where} has execution.permissions, which only Deno can enforce, but its "
                f"execution.runtime is {self.execution.runtime}"
            )
        if not self.assets and not self.checks:
            raise dg.DagsterInvalidDefinitionError(f"{where} names neither assets nor checks")

    def _run(
        self, context: dg.OpExecutionContext | dg.AssetExecutionContext, script: Path, root: Path
    ) -> Results:
        results = self._results(context, script, root)
        context.resources.end_of_step.callback(results.close)
        return results

    def _results(
        self, context: dg.OpExecutionContext | dg.AssetExecutionContext, script: Path, root: Path
    ) -> Results:
        program = _program(self.execution.runtime, script)
        launcher = self.execution.launcher(script, root)
        reader = ScriptMessageReader()
        with dg.open_pipes_session(
            context=context,
            context_injector=dg.PipesTempFileContextInjector(),
            message_reader=reader,
            extras=self.execution.extras,
        ) as session:
            process = subprocess.Popen(
                [*launcher, program, *self.execution.flags(session), str(script)],
                cwd=root,
                env=self._env(session, root),
                stdin=subprocess.DEVNULL,
            )
            yielded, interruption = 0, None
            try:
                while process.poll() is None:
                    # One by one, when they arrive: Dagster keeps each, whatever happens later.
                    for result in session.get_reported_results()[yielded:]:
                        yielded += 1
                        yield result
                    _wait(process, POLL_SECONDS)
            except dg.DagsterExecutionInterruptedError as error:
                interruption = error
            finally:
                _stop(process)
        results = session.get_reported_results()
        yield from results[yielded:]
        if interruption is not None:
            raise interruption
        if process.returncode != 0:
            what = f"{script.name} ended with {_end(process.returncode)}"
            why = "no reason was reported" if reader.exception is None else reader.exception.strip()
            raise dg.Failure(f"{what}: {why}"[:MAX_HEADLINE])
        if not session.message_handler.received_closed_message:
            raise dg.Failure(f"{script.name} ended before it closed its session with Dagster")
        # Pipes also materializes assets that the script did not report.
        yield from session.get_results()[len(results) :]

    def _env(self, session: dg.PipesSession, root: Path) -> dict[str, str]:
        programs = root / "node_modules" / ".bin"
        return {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            # The launcher reads the messages of the script there.
            "TMPDIR": str(_temporary_folder(session)),
            **self.execution.env,
            **session.get_bootstrap_env_vars(),
        }


def _wait(process: subprocess.Popen, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass


def _stop(process: subprocess.Popen) -> None:
    """Ends a script whose run was cancelled, as Dagster's own client does."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        _wait(process, CANCEL_SECONDS)
        process.kill()
        process.wait()


def _end(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
