# The environments in servers/, served over HTTP by envkit; compose.yaml says how to run it.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

COPY envkit/ /src/envkit/
RUN python -m pip install --root-user-action=ignore /src/envkit \
    && rm -rf /src \
    && mkdir /data \
    && chown 10001:10001 /data

COPY servers/ /app/servers/

USER 10001:10001
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["python", "-m", "envkit"]
CMD ["/app/servers", "--http", "0.0.0.0:8080", "--worlds", "/data"]
