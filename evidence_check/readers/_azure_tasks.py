"""What the tasks of Azure Pipelines run, where they stand for a command line.

https://learn.microsoft.com/en-us/azure/devops/pipelines/tasks/reference/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evidence_check.readers._pipeline import scalar_text

_INLINE_KEYS = ("script", "inlineScript", "Inline", "ScriptToRun")
_PATH_KEYS = ("filePath", "scriptPath", "ScriptPath", "scriptFile")
_BASH = frozenset({"Bash", "ShellScript", "AzureCLI", "SSH", "AWSShellScript"})
_POWERSHELL = frozenset({"PowerShell", "AzurePowerShell", "AWSPowerShellModuleScript"})
_BATCH = frozenset({"CmdLine", "BatchScript"})


def script_of(task: str, inputs: Mapping[str, Any]) -> tuple[str, str, str]:
    """The inline script of a script task, the input that holds it, and its shell; empty texts for other tasks.

    A script file is given as the command that runs it.
    """
    if task not in _BASH | _POWERSHELL | _BATCH:
        return "", "", ""
    kind = scalar_text(inputs.get("scriptType")).lower()
    shell = "bash"
    if task in _POWERSHELL or kind in {"pscore", "ps", "powershell"}:
        shell = "pwsh"
    elif kind == "batch" or (task in _BATCH and _batch(scalar_text(inputs.get("script")))):
        shell = "cmd"
    lowered = {key.lower(): key for key in inputs}
    for wanted in _INLINE_KEYS:
        key = lowered.get(wanted.lower(), "")
        if key and scalar_text(inputs[key]).strip():
            return scalar_text(inputs[key]), key, shell
    for wanted in _PATH_KEYS:
        key = lowered.get(wanted.lower(), "")
        path = scalar_text(inputs[key]) if key else ""
        if path:
            arguments = scalar_text(inputs.get(lowered.get("arguments", "")))
            program = {"bash": "bash ", "pwsh": "pwsh "}.get(shell, "")
            return f"{program}{_relative(path)} {arguments}".strip(), key, "bash"
    return "", "", ""


def _batch(script: str) -> bool:
    return script.lstrip().startswith(("@", "call "))


def words_of(task: str, inputs: Mapping[str, Any]) -> list[str]:
    """The command lines that a tool task stands for, as shell texts; empty where it is none of these."""
    get = _Inputs(inputs)
    command = get("command")
    arguments = get("arguments") or get("awsArguments")
    if task == "DotNetCoreCLI" and command:
        verb = get("custom") if command == "custom" else command
        return [f"dotnet {verb} {_quoted(get('projects'))} {arguments}"]
    if task in {"Npm", "Yarn"}:
        custom = get("customCommand") or get("arguments")
        return [f"{task.lower()} {custom if command in {'', 'custom'} else command}"]
    if task == "npmAuthenticate":
        return []
    if task in {"Maven", "MavenAuthenticate"}:
        return [f"mvn -f {_quoted(get('mavenPomFile') or 'pom.xml')} {get('goals') or 'package'} {get('options')}"]
    if task == "Gradle":
        return [f"gradle {get('tasks') or 'build'} {get('options')}"]
    if task.startswith("Terraform") and command and "Installer" not in task:
        return [f"terraform {command} {get('commandOptions')}"]
    if task == "Docker":
        return _docker(command or "buildAndPush", get)
    if task == "DockerCompose":
        file = get("dockerComposeFile").removeprefix("**/")
        action = get("action") or get("command")
        verb = {"Run services": "up", "Build services": "build", "Push services": "push"}.get(
            action, get("dockerComposeCommand")
        )
        return [f"docker-compose {'-f ' + _quoted(file) if file else ''} {verb} {arguments}"]
    if task in {"Kubernetes", "KubernetesManifest"}:
        verb = {"deploy": "apply", "": "apply"}.get(get("action") or command, get("action") or command)
        files = get("manifests") or get("configuration")
        return [f"kubectl {verb} {f'-f {files.split()[0]}' if files else ''} {arguments}"]
    if task == "AWSCLI":
        return [f"aws {command or get('awsCommand')} {get('subCommand') or get('awsSubCommand')} {arguments}"]
    if task == "HelmDeploy":
        return [f"helm {command} {get('releaseName')} {get('chartPath') or get('chartName')} {arguments}"]
    return []


def _docker(command: str, get: _Inputs) -> list[str]:
    repository = get("repository") or get("imageName")
    tags = get("tags").split() or ["$(Build.BuildId)"]
    names = [f"{repository}:{tag}" if repository and ":" not in repository else repository for tag in tags]
    names = [name for name in names if name]
    file = get("Dockerfile") or get("dockerFile")
    file = "" if "*" in file else file
    context = get("buildContext")
    context = context if context and "*" not in context else (file.rpartition("/")[0] or ".")
    words = ["docker build", *(f"-t {_quoted(name)}" for name in names)]
    if file:
        words.append(f"-f {_quoted(_relative(file))}")
    build = " ".join([*words, get("arguments"), _quoted(_relative(context) or ".")])
    pushes = [f"docker push {_quoted(name)}" for name in names]
    return {"buildAndPush": [build, *pushes], "build": [build], "push": pushes}.get(command, [f"docker {command}"])


class _Inputs:
    """Inputs by name whatever their case, as texts of one line."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._inputs = {key.lower(): scalar_text(value) for key, value in inputs.items()}

    def __call__(self, name: str) -> str:
        return " ".join(self._inputs.get(name.lower(), "").split())


def _relative(path: str) -> str:
    for root in ("$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)", "$(Pipeline.Workspace)/s"):
        path = path.removeprefix(root)
    return path.lstrip("/").replace("\\", "/")


def _quoted(text: str) -> str:
    return f"'{text}'" if " " in text or "*" in text else text
