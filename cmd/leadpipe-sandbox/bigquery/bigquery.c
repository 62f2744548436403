/* The routes of BigQuery's REST interface; clients use them with and without /bigquery/v2. */

#include "bigquery/bigquery.h"
#include "bigquery/data.h"
#include "bigquery/dataset.h"
#include "bigquery/discovery.h"
#include "bigquery/jobs.h"
#include "bigquery/results.h"
#include "bigquery/sts.h"
#include "bigquery/table.h"
#include "bigquery/upload.h"

#define BOTH(method, path, handle)                                                                 \
	{method, "/bigquery/v2/projects/{}" path, "bq", handle},                                   \
	{                                                                                          \
		method, "/projects/{}" path, "bq", handle                                          \
	}

#define UPLOAD(method, handle)                                                                     \
	{method, "/upload/bigquery/v2/projects/{}/jobs", "bq-upload", handle},                     \
	{                                                                                          \
		method, "/resumable/upload/bigquery/v2/projects/{}/jobs", "bq-upload", handle      \
	}

const struct route bigquery_routes[] = {
    BOTH("POST", "/datasets", dataset_insert),
    BOTH("GET", "/datasets", dataset_list),
    BOTH("GET", "/datasets/{}", dataset_get),
    BOTH("PATCH", "/datasets/{}", dataset_patch),
    BOTH("PUT", "/datasets/{}", dataset_update),
    BOTH("DELETE", "/datasets/{}", dataset_delete),
    BOTH("POST", "/datasets/{}/tables", table_insert),
    BOTH("GET", "/datasets/{}/tables", table_list),
    BOTH("GET", "/datasets/{}/tables/{}", table_get),
    BOTH("PATCH", "/datasets/{}/tables/{}", table_patch),
    BOTH("PUT", "/datasets/{}/tables/{}", table_update),
    BOTH("DELETE", "/datasets/{}/tables/{}", table_delete),
    BOTH("GET", "/datasets/{}/tables/{}/data", data_list),
    BOTH("POST", "/datasets/{}/tables/{}/insertAll", data_insert_all),
    BOTH("POST", "/jobs", jobs_post),
    BOTH("GET", "/jobs", jobs_list),
    BOTH("GET", "/jobs/{}", jobs_get),
    BOTH("POST", "/jobs/{}/cancel", jobs_cancel),
    BOTH("DELETE", "/jobs/{}/delete", jobs_delete),
    BOTH("POST", "/queries", results_query),
    BOTH("GET", "/queries/{}", results_get),
    UPLOAD("POST", upload_post),
    UPLOAD("PUT", upload_put),
    {"GET", "/$discovery/rest", NULL, discovery_get},
    {"GET", "/discovery/v1/apis/bigquery/v2/rest", NULL, discovery_get},
    {"POST", "/v1/token", "oauth", sts_exchange},
    {"POST", "/v1/projects/-/serviceAccounts/{}", "oauth", sts_impersonate},
    {0},
};
