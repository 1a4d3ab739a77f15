FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --create-home --uid 1000 whereabouts \
    && install -d -o whereabouts -g whereabouts /data
COPY . .
USER whereabouts
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=90s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/health/', timeout=5)"]
# Everything in one container. Several machines run "manage.py migrate" once, then "manage.py web" and "manage.py work"
# with a DATABASE_URL in common.
CMD ["python", "manage.py", "up"]
