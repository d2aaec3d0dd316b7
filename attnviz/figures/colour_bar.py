"""The colours of weights on paper, and the bar that says which colour stands for which weight, in inches."""

from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from attnviz.figures import ink
from attnviz.figures.colours import LIGHT
from attnviz.figures.maps import Scale

LENGTH, HEIGHT = 1.8, 0.07

COLOURS = {
    signed: LinearSegmentedColormap.from_list("attnviz", LIGHT.differences if signed else LIGHT.weights, N=1025)
    for signed in (False, True)
}


def colours(scale: Scale, *, difference: bool) -> ScalarMappable:
    """The colours of weights on this scale; those of a difference of maps diverge about 0."""
    return ScalarMappable(Normalize(scale.low, scale.high), COLOURS[difference])


def draw(figure: Figure, x: float, y: float, told: str, shown: ScalarMappable) -> None:
    """Draw the bar of some colours, with what is told of it above. x, y: the upper left corner of both, from that of
    the figure."""
    width, height = figure.get_size_inches()
    ink.write(figure, x, y, told, ink.SMALL, LIGHT.muted)
    bottom = y + 0.15 + HEIGHT
    place = (x / width, 1 - bottom / height, LENGTH / width, HEIGHT / height)
    drawn = figure.colorbar(shown, cax=figure.add_axes(place, label="bar"), orientation="horizontal")
    drawn.outline.set_visible(False)
    drawn.ax.tick_params(length=0, pad=2, labelsize=ink.SMALL, labelcolor=LIGHT.muted)
    drawn.ax.locator_params(nbins=4)
