const r = await fetch('http://localhost:8080/me', { method: 'GET', headers: { 'Accept': 'application/json' } })
