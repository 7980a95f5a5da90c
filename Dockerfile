# The site for a server that has its own PostgreSQL: name it in DATABASE_URL.
# Before the first start and after each upgrade: manage.py migrate; once: manage.py create_keys.
# The same image runs the worker beside it: python manage.py work.
# The base by its digest: what a name means changes, what a digest means does not. To take a newer
# one: docker buildx imagetools inspect python:3.13-slim
FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/checkin \
    STATIC_ROOT=/site/staticfiles \
    WEB_CONCURRENCY=2

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin checkin \
    && install --directory --owner checkin --mode 700 /var/lib/checkin
WORKDIR /site

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt

COPY . .
# The secrets that settings make for themselves here are thrown away with their folder.
RUN export VAR_DIR=/tmp/build \
    && python manage.py compile_catalogues \
    && python manage.py collectstatic --no-input \
    && rm -r /tmp/build \
    && chmod -R a+rX .

USER checkin
VOLUME /var/lib/checkin
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "gunicorn.conf.py", "--bind", "0.0.0.0:8000", "checkin_site.wsgi:application"]
