from . import story


def post_init_hook(env):
    """Let the tills report and the suppliers send their price lists."""
    story.tell(env)
