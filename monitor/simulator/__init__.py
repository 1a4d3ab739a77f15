"""Both providers on this machine, with simulated data, for people without credentials and for tests.

DataForSEO answers under /v3/ (login and password "simulator"), Yandex at /v2/image/search_by_image (folder
"simulator", "Api-Key sim-ok" or "Bearer sim-iam"); pictures are served to hosts that end in .example. What a real
service would refuse is refused. All that was answered is kept in the state file, even when the process is killed.

Control, from this machine only, with JSON bodies:

  POST /_sim/clock {"now": "2026-01-05T06:00:00Z"}   the simulated time goes on from there; null: the real one
  POST /_sim/advance {"seconds": 300}                skips some time
  POST /_sim/seed {"seed": 7}                        begins the die of the script anew
  POST /_sim/faults [LINE, ...]                      replaces the script of faults; the first may be {"seed": 7}
  POST /_sim/settings {NAME: VALUE, ...}             changes what is named
  GET  /_sim/ledger     {"charges": {tag: [amount, ...]}, "total", "tasks", "foreign_collected", "webhooks"}
  GET  /_sim/tasks      every paid task: id, tag, code it ends with, cost, image_url, is_lost, collected_at, ...
  GET  /_sim/faults     every line with "met" (calls or tasks that it is about) and "hits" (those that it hit)
  GET  /_sim/settings   what is set
  GET  /_sim/truth?url=ADDRESS  {"truth": …} what a found picture is to the watched one: exact, modified, similar,
                        unverifiable (too small or too plain to tell), or none when its host gives no picture

A LINE is {"do": FAULT, "match": {"path": "/v3/", "tag": "a7", "nth": 3}, "share": 0.05, "burst": 4, "times": 2}.
Only "do" is needed. It is about calls whose path begins with "path" and that have a tag which contains "tag" (at
Yandex the x-client-request-id). The first of them that can be hit is number "nth"; from then on each is hit with
the chance "share" by a die that falls the same way for the same seed, a hit takes the next "burst" in a row, and
after "times" hits the line is used up. Numbers may be ranges ("slow 1-4"); the die chooses.

Faults of a call as a whole; of all but the last two, the first line that hits wins:
  timeout_before, timeout_after   the connection ends before or after the call was carried out
  truncated, html                 the call was carried out, half of the answer or a proxy's page comes back
  http 503                        this status and nothing done; retry_after 30: status 429 with that header
  envelope 40202                  the service's own code for the whole call
  wrapped 16                      Yandex's code in the envelope of its older gateways
  slow 3                          the answer is kept for so many seconds
  foreign_ready 50                on tasks_ready: so many tasks of other software with the same login wait there

Faults of each task, which are met once for each task of a POST; several kinds may befall one task:
  code 40103                      how a paid task ends, or for other codes how it is refused; with a "path" of
                                  another call: what this call says of its task, without changing it
  lost                            paid, then forgotten: no list and no answer knows it
  empty, thin                     no results at all, or a fifth of them
  late 600                        done so many seconds later
  id_list_lag 0-180, ready_lag 60 shown in id_list or tasks_ready so many seconds later
  fixed 3600                      results are read anew after so many seconds (tasks_fixed), with more rows
  lost_webhook, duplicate_webhook, reorder_webhook 30   not sent, sent twice, or sent so many seconds later
At Yandex each call counts as one task: empty, thin (a fifth of a page), code 7 (with its "path"), and by id:
cbir_expired, cbir_changed (the answer names another id).

Settings and what they are at first:
  balance 1000          of DataForSEO in dollars, from now on; used up it answers HTTP 402 with 40200
  daily_limit null      dollars a UTC day; beyond it tasks are refused with 40203
  limits true           calls a minute as the real service counts them (40202), at Yandex 10 a second and 36000
                        an hour (429); false: none; {"tasks_ready": 5}: other numbers for total, tasks_ready,
                        tasks_fixed, id_list, errors, status, user_data, yandex, yandex_hour
  seconds 20            until a task is done, or [5, 300]: between these; high_seconds 2: for high priority
  webhook_hosts []      hosts that may be called besides this machine; webhook_timeout 10
  status ""             what appendix/status tells of all services
  world null            the moment of the simulated web that every search sees, or the clock's
  max_page false        whether Yandex tells its last page; overlap 0: items that a page repeats from the one before
  cbir_seconds null     how long Yandex knows an id
"""
