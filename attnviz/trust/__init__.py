"""How far a map can be believed: tests that ask the model again with other weights, one row at a time.

They were made for classifiers. Of a model that writes, each speaks of one step, given the words before it. In all of
them the rest (the weight on a key that is no input) stays as it is, so that they speak of the row that a person sees.
"""
