"""The cellar: every row that outlives a process, behind one `Store`."""
