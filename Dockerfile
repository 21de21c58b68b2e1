# handbill, ready to run, as nobody in particular:
#
#     docker build -t handbill .
#     docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" handbill build source
FROM python:3.12-slim

RUN apt-get update --quiet \
    && apt-get install --yes --no-install-recommends \
        fontconfig libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml README.md LICENSE constraints.txt /src/
COPY handbill /src/handbill
COPY exporters /src/exporters
RUN python -m pip install --no-cache-dir --constraint /src/constraints.txt "/src[cjk,s3,sftp]" && rm -rf /src

RUN useradd --create-home --uid 1000 handbill
USER handbill
# Fonts' configuration is kept here whoever runs it.
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /work
ENTRYPOINT ["handbill"]
CMD ["--help"]
