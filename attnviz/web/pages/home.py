"""The first page: what attnviz is, and the tasks, each with an example that is one click away."""

import streamlit as st

from attnviz import service
from attnviz.web import address, menu, start, style, theme


def forward() -> None:
    """Lead a link with settings to the first task's page, which stood at this address before. Whoever comes back from
    there stays here."""
    if st.query_params and not address.went_back_or_forward():
        first = next(iter(service.TASKS))
        st.switch_page(f"attnviz/web/pages/{first}.py", query_params=st.query_params.to_dict())


forward()
style.page()
menu.close()
theme.follow()
style.heading("attnviz", "See what an attention model looks at, and learn how far to believe it.")
for task in service.TASKS.values():
    with st.container(border=True, key=f"card_{task.name}"):
        example = task.examples[0]
        st.page_link(
            f"attnviz/web/pages/{task.name}.py", label=f"**{task.title}**", query_params={"example": example.name}
        )
        st.markdown(task.told)
start.drawn()
