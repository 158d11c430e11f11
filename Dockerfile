# The tool itself in an image: docker run --rm --network none -v "$PWD:/submission:ro" evidence-check scan /submission
FROM python:3.12.8-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY evidence_check ./evidence_check
COPY rules ./rules
RUN python -m venv /opt/evidence-check \
    && /opt/evidence-check/bin/pip install --no-cache-dir .

FROM python:3.12.8-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends --yes git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin scanner
COPY --from=build /opt/evidence-check /opt/evidence-check
ENV PYTHONSAFEPATH=1 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /submission
ENTRYPOINT ["/opt/evidence-check/bin/evidence-check"]
CMD ["--help"]
