# The production image: one for web, worker and beat. It carries the front-end files, so the
# hospital needs neither Node nor the internet.
FROM node:22-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements/base.txt requirements/ldap.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
# The optional extra: its client is built here, and needs OpenLDAP's library below.
ARG WITH_LDAP=0
RUN if [ "$WITH_LDAP" = 1 ]; then \
    apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libldap-dev libsasl2-dev \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/ldap.txt; fi
COPY . .
COPY --from=packages /build/node_modules /build/node_modules
# DEBUG=1 only lets these two commands start without the secret of a real installation.
RUN python -m itsm.runtime.frontend /build/node_modules /build/state/frontend \
    && export DEBUG=1 STATE_DIR=/build/state \
    && mkdir -p staticfiles \
    && python manage.py messages --compile \
    && python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
ARG WITH_LDAP=0
RUN if [ "$WITH_LDAP" = 1 ]; then \
    apt-get update \
    && apt-get install -y --no-install-recommends libldap-2.5-0 libsasl2-2 \
    && rm -rf /var/lib/apt/lists/*; fi
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/itsm itsm \
    && install -d -o itsm -g itsm /var/lib/itsm/beat
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=itsm.settings \
    STATE_DIR=/var/lib/itsm
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
USER itsm
VOLUME /var/lib/itsm
EXPOSE 8000
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "itsm.wsgi:application"]
