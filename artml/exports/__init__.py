"""Records of works as the files that other systems take."""
