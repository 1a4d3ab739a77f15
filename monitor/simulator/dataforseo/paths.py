"""The addresses of the service, and what every answer of it echoes."""

BASE = "/v3/serp/google/search_by_image"
TASK_POST, TASK_GET = f"{BASE}/task_post", f"{BASE}/task_get/advanced/"
TASKS_READY, TASKS_FIXED = f"{BASE}/tasks_ready", f"{BASE}/tasks_fixed"
ID_LIST, ERRORS = "/v3/serp/id_list", "/v3/serp/errors"
LOCATIONS, LANGUAGES = "/v3/serp/google/locations", "/v3/serp/google/languages"
USER_DATA, STATUS, CODES, RESEND = (
    f"/v3/appendix/{name}" for name in ("user_data", "status", "errors", "webhook_resend")
)

ECHO = {"api": "serp", "se": "google", "se_type": "search_by_image"}
DEVICE = {"device": "desktop", "os": "windows"}
