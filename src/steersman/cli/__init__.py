"""The command line: arguments → Request; events → view; errors → exit status. Decides nothing that an action could decide."""
