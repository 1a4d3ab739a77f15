"""The addresses of the service, and what every answer of it echoes."""

BASE = "/v3/serp/google/search_by_image"
TASK_POST, TASKS_READY, TASK_GET = f"{BASE}/task_post", f"{BASE}/tasks_ready", f"{BASE}/task_get/advanced/"
ID_LIST, USER_DATA = "/v3/serp/id_list", "/v3/appendix/user_data"

ECHO = {"api": "serp", "se": "google", "se_type": "search_by_image"}
DEVICE = {"device": "desktop", "os": "windows"}
