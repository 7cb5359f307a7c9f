await fetch(`${import.meta.env.VITE_API}/login`, { method: 'POST', body: JSON.stringify(form), headers: { 'Content-Type': 'application/json' } })
const me = await fetch(`${import.meta.env.VITE_API}/me`)
