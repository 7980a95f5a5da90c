"""The link for a new password that was asked for last and waits in the queue, sent as a worker does."""

from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import resets


def send_newest() -> None:
    """Send it, in this test's transaction."""
    waiting = ProcrastinateJob.objects.filter(task_name=resets.TASK, status="todo")
    resets.answer(**waiting.latest("pk").args)
