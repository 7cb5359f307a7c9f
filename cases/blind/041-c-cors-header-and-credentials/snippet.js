fetch('https://api.tarn.example/api/me', { credentials: 'include', headers: { 'X-Tenant': '3', Authorization: `Bearer ${t}` } })
