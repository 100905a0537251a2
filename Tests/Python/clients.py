"""Uses a node as programs with the published Python clients of v1.4.0 do.

Usage: clients.py http://HOST:PORT        says what went well, and ends with 1 at the first thing that did not
"""

import os
import sys
import time
from urllib.parse import urlparse

endpoint = urlparse(sys.argv[1])
os.environ["BACALHAU_API_HOST"] = endpoint.hostname
os.environ["BACALHAU_API_PORT"] = str(endpoint.port)

from bacalhau_apiclient.api import misc_api, ops_api, orchestrator_api, utils_api
from bacalhau_apiclient.models.api_put_job_request import ApiPutJobRequest
from bacalhau_apiclient.models.api_put_node_request import ApiPutNodeRequest
from bacalhau_apiclient.models.input_source import InputSource
from bacalhau_apiclient.models.job import Job
from bacalhau_apiclient.models.network_config import NetworkConfig
from bacalhau_apiclient.models.resources_config import ResourcesConfig
from bacalhau_apiclient.models.result_path import ResultPath
from bacalhau_apiclient.models.spec_config import SpecConfig
from bacalhau_apiclient.models.task import Task
from bacalhau_apiclient.models.timeout_config import TimeoutConfig
from bacalhau_apiclient.rest import ApiException
from bacalhau_sdk.config import init_config
from bacalhau_sdk.jobs import Jobs

jobs = Jobs()
client = orchestrator_api.ApiClient(init_config())
orchestrator = orchestrator_api.OrchestratorApi(client)
ops = ops_api.OpsApi(client)
utils = utils_api.UtilsApi(client)


def check(what, condition, *shown):
    if not condition:
        print("FAILED:", what, *shown)
        sys.exit(1)
    print("ok:", what)


def task(params, **more):
    return Task(name="main", engine=SpecConfig(type="noop", params=params), publisher=SpecConfig(), **more)


def submit(params=None, labels=None, **more):
    job = Job(name="from Python", type="batch", count=1, labels=labels or {}, tasks=[task(params or {}, **more)])
    return jobs.put(ApiPutJobRequest(job=job))


def wait(job_id, *states):
    for _ in range(200):
        job = jobs.get(job_id).job
        if job.state.state_type in states:
            return job
        time.sleep(0.05)
    check("job %s becomes one of %s" % (job_id, states), False, job)


def refused(status, call):
    try:
        call()
    except ApiException as problem:
        return problem.status == status
    return False


def a_job_from_submission_to_its_end():
    answer = submit({"Stdout": "out\n", "Stderr": "err\n", "ExitCode": 3}, {"env": "demo"})
    check("submit", answer.job_id.startswith("j-") and len(answer.evaluation_id) == 36, answer)
    check("no warnings", answer.warnings is None, answer)
    job = wait(answer.job_id, "Completed")
    check("get", job.name == "from Python" and job.count == 1 and job.labels == {"env": "demo"}, job)
    check("default timeout", job.tasks[0].timeouts.total_timeout == 1800, job)
    check("creation time", job.create_time > 10**18 and job.modify_time >= job.create_time, job)
    execution = jobs.executions(answer.job_id).items[0]
    check("state of the execution", execution.compute_state.state_type == 7, execution)
    output = execution.run_output
    check("output", (output.stdout, output.stderr, output.exit_code) == ("out\n", "err\n", 3), output)
    history = jobs.history(answer.job_id, event_type="all").items
    check("history of the job", [i.job_state["new"] if isinstance(i.job_state, dict) else i.job_state.new
                                 for i in history if i.type == "JobLevel"][-1] == "Completed", history)
    only = jobs.history(answer.job_id).items
    check("history of executions", only and all(i.execution_id == execution.id for i in only), only)
    check("no results", jobs.results(answer.job_id).items == [])
    whole = jobs.get(answer.job_id, include="executions,history")
    check("get with parts", len(whole.executions.items) == 1 and len(whole.history.items) == len(history), whole)
    check("get by a short identifier", jobs.get(answer.job_id[:13]).job.id == answer.job_id)
    check("a finished job is not stopped", refused(409, lambda: orchestrator.orchestratorstop_job(answer.job_id)))


def every_field_of_a_job_comes_back():
    answer = submit(
        env={"A": "b"}, meta={"m": "n"},
        input_sources=[InputSource(alias="", target="/in", source=SpecConfig(type="inline", params={"URL": "data:,x"}))],
        resources=ResourcesConfig(cpu="100m", memory="10 Mb", disk="1mb"), network=NetworkConfig(type="None"),
        timeouts=TimeoutConfig(execution_timeout=60, total_timeout=600))
    got = jobs.get(answer.job_id).job.tasks[0]
    check("environment and notes", (got.env, got.meta) == ({"A": "b"}, {"m": "n"}), got)
    check("inputs", got.input_sources[0].target == "/in" and got.input_sources[0].source.type == "inline", got)
    check("resources", (got.resources.cpu, got.resources.memory) == ("100m", "10mb"), got)
    check("timeouts", (got.timeouts.execution_timeout, got.timeouts.total_timeout) == (60, 600), got)


def results_are_named():
    job = Job(name="results", type="batch", count=1, tasks=[
        Task(name="main", engine=SpecConfig(type="noop", params={}),
             publisher=SpecConfig(type="local"), result_paths=[ResultPath(name="outputs", path="/outputs")])])
    answer = jobs.put(ApiPutJobRequest(job=job))
    job = wait(answer.job_id, "Completed", "Failed")
    results = jobs.results(answer.job_id).items
    check("results", job.state.state_type == "Completed" and results[0].type == "urlDownload"
          and results[0].params["URL"].startswith("http://"), job, results)


def lists_are_paged_ordered_and_filtered():
    made = [submit(labels={"group": "list", "n": str(n)}).job_id for n in range(5)]
    token, seen = "", []
    while True:
        page = jobs.list(limit=2, next_token=token)
        seen += [job.id for job in page.items]
        token = page.next_token
        if not token:
            break
    check("all pages", [i for i in seen if i in made] == made and len(set(seen)) == len(seen), seen)
    newest = jobs.list(limit=1, order_by="created_at", reverse=True)
    check("newest first", newest.items[0].id == made[-1], newest)

    def filtered(selector):
        query = [("labels", selector)]
        answer = client.call_api(
            "/api/v1/orchestrator/jobs", "GET", {}, query, {"Accept": "application/json"},
            response_type="ApiListJobsResponse", _return_http_data_only=True)
        return [job.id for job in answer.items]

    check("label equals", filtered("group=list,n=3") == [made[3]])
    check("label is one of", filtered("group=list,n in (1,4)") == [made[1], made[4]])
    check("label is missing", not set(filtered("!group")) & set(made))
    check("a wrong selector", refused(400, lambda: filtered("a b")))


def a_running_job_is_stopped():
    answer = submit({"Delay": 60})
    wait(answer.job_id, "Running")
    check("stop", len(jobs.stop(answer.job_id, reason="enough").evaluation_id) == 36)
    job = wait(answer.job_id, "Stopped")
    check("stopped", job.state.state_type == "Stopped", job)
    last = [i for i in jobs.history(answer.job_id, event_type="job").items][-1]
    check("the reason is kept", last.event.details["Reason"] == "enough", last)
    check("stop again", jobs.stop(answer.job_id).evaluation_id == "")


def refusals_have_a_status():
    check("an unknown job", refused(404, lambda: orchestrator.orchestratorget_job("j-0badcafe")))
    check("a job without tasks", refused(
        400, lambda: orchestrator.orchestratorput_job(ApiPutJobRequest(job=Job(type="batch", tasks=[])))))


def the_node_tells_about_itself():
    check("alive", ops.agentalive() in ({"Status": "OK"}, "{'Status': 'OK'}"), ops.agentalive())
    check("version", ops.agentversion().git_version == "v1.4.0")
    check("old version call", misc_api.MiscApi(client).api_serverversion(
        {"client_id": "x"}).build_version_info.git_version == "v1.4.0")
    node = ops.agentnode()
    check("node", node.node_id == utils.node_info().node_id and node.node_id.startswith("n-"), node)
    check("disks", utils.healthz().free_space.root.all > 0)
    check("livez", "OK" in str(utils.livez()) and node.node_id in str(utils.id()))


def what_is_broken_in_the_package_stays_so():
    # It looks for lower-case members that no server writes, and posts node actions to a path that does not exist.
    check("node list", orchestrator.orchestratorlist_nodes().nodes is None)
    node = ops.agentnode().node_id
    check("node", orchestrator.orchestratorget_node(node).node is None)
    check("node action", refused(404, lambda: orchestrator.orchestratorupdate_node(
        ApiPutNodeRequest(action="approve"), node)))


for step in (a_job_from_submission_to_its_end, every_field_of_a_job_comes_back, results_are_named,
             lists_are_paged_ordered_and_filtered, a_running_job_is_stopped, refusals_have_a_status,
             the_node_tells_about_itself, what_is_broken_in_the_package_stays_so):
    step()
