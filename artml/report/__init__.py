"""What there is to say of a model, in the order a person would ask: for the staff's page and for a file.

It reads what bundles and runs left on disk, and imports no TensorFlow.
"""
