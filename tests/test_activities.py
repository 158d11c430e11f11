"""What single commands and steps do: every line with exactly the activities that it shows."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from evidence_check.match import Activities
from evidence_check.model import Command, Location, Step, Unit, UnitKind
from evidence_check.readers._shell import commands
from evidence_check.rulebook import load_rules
from tests.support import source


@cache
def activities() -> Activities:
    return Activities(load_rules().activities)


def done_by(line: str, job: str = "build", directory: str = "") -> set[str]:
    """The activities of all commands of a shell line in a pipeline's job."""
    unit = Unit(UnitKind.JOB, "ci.yml", job)
    found = commands(line, source("ci.yml", line), unit, directory=directory)
    return {name for command in found if isinstance(command, Command) for name in activities().of(command)}


COMMANDS = {
    # tests
    "pytest -q": "test",
    "poetry run pytest tests/unit --cov=app": "test coverage",
    "pytest --version": "",
    "pytest --collect-only": "",
    "pip install pytest": "",
    "python -m unittest discover": "test",
    "python manage.py test": "test",
    "python src/manage.py migrate": "",
    "tox -e py311": "test",
    "tox -e lint": "",
    "npx jest --coverage": "test coverage",
    "nyc mocha": "test coverage",
    "npx jest --init": "",
    "node scripts/test.js": "test test-script",
    "npx cypress run": "test end-to-end",
    "npx cypress install": "",
    "npx playwright install --with-deps": "",
    "npx playwright test": "test end-to-end",
    "react-scripts test --watchAll=false": "test",
    "ng test --no-watch --code-coverage": "test coverage",
    "ng build --configuration production": "build-package",
    "nx run-many --target=test": "test",
    "yarn nx execute e2e": "test",
    "skaffold test --build-artifacts=a.json": "test",
    "mvn -B verify": "test build-package",
    "mvn -B test -DskipTests": "",
    "mvn package -DskipTests=true": "build-package",
    "mvn clean install": "test-with-build build-package",
    "mvn clean": "",
    "./gradlew test": "test",
    "./gradlew build": "test-with-build build-package",
    "./gradlew build -x test": "build-package",
    "./gradlew build -x lint": "test-with-build build-package",
    "dotnet test --no-build": "test",
    "dotnet test --collect:'XPlat Code Coverage'": "test coverage",
    "go test ./... -coverprofile=c.out": "test coverage",
    "go build ./...": "build-package",
    "go mod download": "",
    "cargo test --all": "test",
    "cargo install cargo-tarpaulin": "",
    "bundle exec rspec": "test",
    "bundle exec rake spec": "test",
    "vendor/bin/phpunit": "test",
    "php artisan test": "test",
    "php artisan migrate --force": "",
    "vendor/bin/codecept build": "",
    "vendor/bin/codecept run api": "test",
    "python test_app.py": "test-script",
    "python app.py": "start",
    "terraform test": "test",
    "helm test my-release": "test",
    "helm upgrade --install app ./chart --namespace test": "deploy-cluster image-deploy",
    "molecule test": "test",
    "newman run api.json": "test",
    "k6 run load.js": "test load-test",
    "pa11y-ci": "test accessibility",
    "echo pytest": "",
    "echo 'npm test'": "",
    # checks
    "flake8 .": "lint",
    "flake8 --version": "",
    "pip install flake8 black": "",
    "black --check src": "lint",
    "npx eslint src": "lint",
    "npx prettier --check .": "lint",
    "npx prettier --write .": "",
    "hadolint Dockerfile": "lint",
    "docker run --rm -i hadolint/hadolint < Dockerfile": "lint start image-deploy",
    "shellcheck scripts/*.sh": "lint",
    "terraform fmt -check": "lint",
    "terraform -chdir=infra validate": "lint",
    "tflint --version": "",
    "ansible-lint": "lint",
    "ansible-playbook site.yml --syntax-check": "lint",
    "helm lint chart": "lint",
    "kubectl create namespace dev --dry-run=client -o yaml": "",
    "kubectl apply -f k8s --dry-run=server": "lint image-deploy",
    "docker compose config -q": "lint",
    "golangci-lint run": "lint",
    "go vet ./...": "lint",
    "cargo clippy -- -D warnings": "lint",
    "rubocop": "lint",
    "vendor/bin/phpstan analyse": "lint",
    "dotnet format --verify-no-changes": "lint",
    "mvn checkstyle:check": "lint",
    "pre-commit run --all-files": "lint",
    "pre-commit install": "",
    "sonar-scanner": "lint sast",
    "mvn sonar:sonar": "lint sast",
    # builds
    "docker build -t app:latest .": "build-image",
    "docker build --target test -t app-test .": "",
    "docker build --target production -t app .": "build-image",
    "docker buildx build --push -t me/app .": "build-image publish",
    "docker compose build": "build-image",
    "docker compose up --build": "build-image start image-deploy",
    "docker images": "",
    "packer build web.pkr.hcl": "build-image publish",
    "packer validate web.pkr.hcl": "lint",
    "npm ci": "",
    "vite build": "build-package",
    "webpack --mode production": "build-package",
    "webpack serve": "",
    "tsc --noEmit": "lint",
    "tsc -p .": "build-package",
    "hugo --minify": "build-package",
    "hugo version": "",
    "python -m build": "build-package",
    "./build": "",
    "zip -r function.zip .": "build-package",
    "unzip terraform.zip": "",
    "tar -czf app.tar.gz dist": "build-package",
    "tar -xzf tool.tar.gz": "",
    "tar xzf tool.tar.gz -C /usr/local/bin": "",
    "dotnet publish -c Release": "build-package",
    "dotnet restore": "",
    "sam build": "build-package",
    "az acr build -r me -t app .": "build-image publish",
    # publishing
    "docker push me/app:1.0": "publish",
    "docker push me/app:buildcache": "",
    "docker pull me/app": "image-deploy",
    "docker login": "",
    "npm publish": "publish",
    "npm publish --dry-run": "",
    "twine upload dist/*": "publish",
    "twine check dist/*": "",
    "gh release create v1.0 app.zip": "publish release",
    "gh pr create": "",
    "git tag v1.0.0": "release",
    "git tag --list": "",
    "aws s3 cp app.zip s3://artefacts/app.zip": "publish",
    "aws s3 cp s3://config/settings.json .": "",
    "aws s3 ls": "",
    "helm package chart": "build-package",
    "helm push chart-1.0.tgz oci://registry": "publish",
    "helm repo add stable https://charts": "",
    "mvn deploy": "test-with-build build-package publish",
    # infrastructure
    "terraform plan -out=tfplan": "plan",
    "terraform apply -auto-approve tfplan": "plan apply image-deploy",
    "terraform init": "",
    "terraform destroy -auto-approve": "",
    "terraform apply -destroy": "plan image-deploy",
    "terraform output -raw url": "",
    "terragrunt run-all apply": "plan apply",
    "pulumi up --yes": "plan apply image-deploy",
    "pulumi preview": "plan",
    "cdk deploy --all": "plan apply image-deploy",
    "cdk synth": "",
    "aws cloudformation deploy --template-file t.yaml --stack-name s": "plan apply",
    "aws cloudformation validate-template --template-body file://t.yaml": "lint",
    "aws cloudformation describe-stacks": "",
    "az deployment group create -g rg -f main.bicep": "plan apply",
    "az deployment group what-if -g rg -f main.bicep": "plan",
    "az deployment group validate -g rg -f main.bicep": "lint",
    "ansible-playbook -i hosts site.yml": "plan deploy",
    "ansible --version": "",
    # deployments
    "kubectl apply -f k8s/": "deploy-cluster image-deploy",
    "kubectl get pods": "",
    "kubectl config set-context prod": "",
    "kubectl rollout status deployment/web": "image-deploy",
    "kubectl set image deployment/web web=me/app:2": "deploy-cluster image-deploy",
    "kubectl create secret generic db --from-literal=a=b": "",
    "kubectl create namespace dev --dry-run=client -o yaml | kubectl apply -f -": "image-deploy",
    "helm template chart": "",
    "argocd app sync web": "deploy image-deploy",
    "argocd login cd.example.org": "",
    "aws ecs update-service --cluster c --service s --force-new-deployment": "deploy image-deploy",
    "aws ecs describe-services --cluster c": "",
    "aws lambda update-function-code --function-name f --zip-file fileb://f.zip": "deploy image-deploy",
    "aws s3 sync build/ s3://site --delete": "publish deploy",
    "aws elasticbeanstalk update-environment --environment-name e": "deploy",
    "aws ecr get-login-password": "",
    "az webapp config container set -n app -g rg": "deploy image-deploy",
    "az login --service-principal": "",
    "az pipelines run --name 'Deploy to Azure'": "deploy",
    "gcloud run deploy web --image gcr.io/p/web": "deploy image-deploy",
    "gcloud auth configure-docker": "",
    "heroku container:release web -a app": "deploy image-deploy",
    "heroku container:push web": "build-image publish image-deploy",
    "heroku login": "",
    "git push https://heroku:$KEY@git.heroku.com/app.git main": "deploy image-deploy",
    "git push origin main": "image-deploy",
    "git add helm/values.yaml": "deploy image-deploy",
    "git add README.md": "",
    "vercel --prod --token=$T": "deploy",
    "vercel pull --token=$T": "",
    "netlify deploy --prod": "deploy",
    "flyctl deploy --remote-only": "deploy image-deploy",
    "firebase deploy": "deploy",
    "docker stack deploy -c stack.yml app": "deploy image-deploy",
    "nomad job run web.nomad": "deploy image-deploy",
    "nomad job validate web.nomad": "",
    "ssh me@host 'docker pull app && docker run -d app'": "deploy start image-deploy",
    "ssh me@host 'echo reached $(whoami)'": "",
    "ssh-keyscan -H host >> ~/.ssh/known_hosts": "",
    "ssh-add key": "",
    "scp app.jar me@host:/srv/": "deploy",
    "scp me@host:/var/log/app.log .": "",
    "rsync -avz dist/ me@host:/var/www/": "deploy",
    "rsync -a src/ dest/": "",
    'curl -dH -X POST "$WEBHOOK_URL"': "deploy image-deploy",
    'curl -dH -X POST "$(terraform output -raw cd_webhook)"': "deploy image-deploy",
    "curl -dH -X POST ${{ secrets.APP_ADDRESS }}": "deploy image-deploy",
    "curl -X POST $SLACK_WEBHOOK_URL": "image-deploy",
    "curl -X POST -H 'Content-type: application/json' --data '{}' $TEAMS_HOOK": "image-deploy",
    "curl -fsSL https://get.example.org/install.sh | bash": "",
    "curl -LO https://dl.k8s.io/release/v1.30.0/bin/linux/amd64/kubectl": "",
    "curl --fail http://localhost:8000/health": "smoke-test",
    'curl -sf "$APP_URL"': "smoke-test",
    "wget https://releases.hashicorp.com/terraform/1.5/terraform.zip": "",
    "echo deploy to production": "",
    # scans
    "bandit -r src": "lint sast",
    "semgrep ci": "sast",
    "pip-audit": "dependency-scan",
    "npm audit --audit-level=high": "dependency-scan",
    "snyk test": "dependency-scan",
    "snyk test --docker app": "image-scan",
    "snyk auth $T": "",
    "trivy fs .": "dependency-scan",
    "trivy config .": "iac-scan",
    "trivy image app:1": "image-scan",
    "trivy --exit-code 1 app:1": "image-scan",
    "trivy --version": "",
    "docker run aquasec/trivy image app": "image-scan start image-deploy",
    "checkov -d infra": "iac-scan",
    "tfsec .": "iac-scan",
    "gitleaks detect": "secret-scan",
    "gitleaks version": "",
    "zap-baseline.py -t https://app": "dast",
    "syft app:1 -o spdx-json": "supply-chain",
    "cosign sign app:1": "supply-chain",
    "cosign version": "",
    "docker build --provenance=false -t app .": "build-image",
    "codecov -f c.xml": "coverage",
    "npm version patch": "release",
    "kind create cluster": "e2e-start",
    "minikube start": "e2e-start",
}  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), COMMANDS.items())
def test_a_command(line: str, expected: str) -> None:
    assert done_by(line) == set(expected.split())


def test_a_container_started_by_a_deployment_job_is_deployed() -> None:
    assert "deploy" in done_by("docker compose up -d", job="Deploy to production")
    assert "deploy" in done_by("docker run -d -p 80:80 me/app", job="deploy")
    assert "deploy" not in done_by("docker run -d -p 80:80 me/app", job="test")


def test_a_push_from_a_folder_of_manifests_is_a_deployment() -> None:
    assert "deploy" in done_by("git push", directory="manifests")
    assert "deploy" not in done_by("git push", directory="docs")


STEPS: list[tuple[str, dict[str, Any], str]] = [
    ("actions/checkout", {}, ""),
    ("cypress-io/github-action", {}, "test end-to-end"),
    ("DotNetCoreCLI", {"command": "test"}, "test"),
    ("DotNetCoreCLI", {"command": "restore"}, ""),
    ("Maven", {"goals": "package"}, "test-with-build build-package"),
    ("Maven", {"goals": "package", "options": "-DskipTests"}, "build-package"),
    ("Npm", {"command": "custom", "customCommand": "run build"}, "build-package"),
    ("acme/workflows/.github/workflows/node_unit_tests.yml", {}, "test"),
    ("acme/workflows/.github/workflows/test_helm_lint.yml", {}, "lint"),
    ("./.github/actions/deploy", {}, ""),
    ("acme/workflows/.github/workflows/deploy_env.yml", {}, "deploy"),
    ("chrnorm/deployment-status", {}, ""),
    ("github/super-linter", {}, "lint"),
    ("terraform/fmt", {}, "lint"),
    ("docker/build-push-action", {"push": True}, "build-image publish"),
    ("docker/build-push-action", {"push": False}, "build-image"),
    ("docker/build-push-action", {"target": "test"}, ""),
    ("docker/login-action", {}, ""),
    ("docker/setup-buildx-action", {}, ""),
    ("Docker", {"command": "login"}, ""),
    ("Docker", {"command": "buildAndPush"}, "build-image publish"),
    ("aws-ecr/build-and-push-image", {"tag": "x"}, "build-image publish"),
    ("actions/upload-artifact", {"path": "report"}, ""),
    ("softprops/action-gh-release", {}, "publish release"),
    ("pypa/gh-action-pypi-publish", {}, "publish"),
    ("TerraformTaskV4", {"command": "plan"}, "plan"),
    ("TerraformTaskV4", {"command": "apply"}, "plan apply"),
    ("TerraformTaskV4", {"command": "validate"}, "lint"),
    ("TerraformInstaller", {}, ""),
    ("hashicorp/setup-terraform", {}, ""),
    ("terraform/apply", {}, "plan apply"),
    ("pulumi/actions", {"command": "preview"}, "plan"),
    ("azure/login", {}, ""),
    ("azure/webapps-deploy", {}, "deploy"),
    ("AzureAppServiceManage", {"Action": "Swap Slots"}, "deploy"),
    ("AzureAppServiceManage", {"Action": "Stop Azure App Service"}, ""),
    ("KubernetesManifest", {"action": "deploy"}, "deploy"),
    ("KubernetesManifest", {"action": "createSecret"}, ""),
    ("aws-actions/configure-aws-credentials", {}, ""),
    ("aws-actions/amazon-ecs-deploy-task-definition", {}, "deploy"),
    ("aws-actions/amazon-ecs-render-task-definition", {}, ""),
    ("google-github-actions/deploy-cloudrun", {}, "deploy"),
    ("google-github-actions/auth", {}, ""),
    ("appleboy/ssh-action", {}, "deploy"),
    ("webfactory/ssh-agent", {}, ""),
    ("actions/deploy-pages", {}, "deploy"),
    ("actions/upload-pages-artifact", {}, "build-package"),
    ("deploy:heroku", {}, "deploy"),
    ("ansiblePlaybook", {}, "plan deploy"),
    ("github/codeql-action/analyze", {}, "sast"),
    ("github/codeql-action/upload-sarif", {}, ""),
    ("snyk/actions/python", {}, "dependency-scan"),
    ("snyk/actions/setup", {}, ""),
    ("snyk/actions/iac", {}, "iac-scan"),
    ("aquasecurity/trivy-action", {"scan-type": "fs"}, "dependency-scan"),
    ("aquasecurity/trivy-action", {"image-ref": "app"}, "image-scan"),
    ("gitleaks/gitleaks-action", {}, "secret-scan"),
    ("zaproxy/action-baseline", {}, "dast"),
    ("anchore/sbom-action", {}, "supply-chain"),
    ("codecov/codecov-action", {}, "coverage"),
    ("grafana/k6-action", {}, "test load-test"),
    ("github/accessibility-alt-text-bot", {}, ""),
    ("treosh/lighthouse-ci-action", {}, "accessibility"),
    ("helm/kind-action", {}, "e2e-start"),
]  # fmt: skip


@pytest.mark.parametrize(("uses", "inputs", "expected"), STEPS)
def test_a_step(uses: str, inputs: dict[str, Any], expected: str) -> None:
    step = Step(Location("app", "ci.yml", 1), Unit(UnitKind.JOB, "ci.yml", "build"), "", uses, inputs=inputs)
    assert set(activities().of(step)) == set(expected.split())


def test_the_technology_is_that_of_the_command() -> None:
    def technology(line: str, activity: str) -> str:
        found = commands(line, source("ci.yml", line), Unit(UnitKind.JOB, "ci.yml", "build"))
        return activities().of(found[0])[activity]

    assert technology("docker build .", "build-image") == "docker"
    assert technology("./mvnw package", "build-package") == "maven"
    assert technology("vite build", "build-package") == "vite"
    assert technology("bundle exec rspec", "test") == "rspec"
    assert technology("aws ecs update-service", "deploy") == "ecs"
    assert technology("docker push me/app", "publish") == "docker"
