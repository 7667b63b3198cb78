# One image for web server, worker and scheduler; docker-compose.yml says which container is which.

FROM node:22-bookworm-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DATA_DIR=/data HOST=0.0.0.0 PORT=8000
WORKDIR /app

# System packages from the one list; its section [servers] is other containers' business here.
COPY system-packages.txt ./
COPY flightmap/__init__.py flightmap/
COPY flightmap/bootstrap flightmap/bootstrap
COPY flightmap/services flightmap/services
RUN apt-get update \
    && apt-get install --yes --no-install-recommends $(python -m flightmap.bootstrap packages site) \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt ./
RUN pip install -r requirements.txt

COPY --from=libraries /app/node_modules node_modules
COPY package.json package-lock.json manage.py ./
COPY flightmap flightmap
COPY tracks tracks
COPY templates templates
COPY static static

# Base map and hashed static files belong to the image, originals to the volume mounted over /data/originals.
# The key is for this one command: every container is given its own by the environment.
RUN SECRET_KEY=only-to-collect-static-files python -m flightmap.services.prepare static \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin flightmap \
    && mkdir -p /data/originals /data/log \
    && chown -R flightmap:flightmap /data
USER flightmap
VOLUME /data/originals
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:flightmap.gunicorn", "flightmap.wsgi"]
